/** What a machine of a cluster finds out about the others, as a program for its Python. */
import type { Question } from './services.ts';

export interface ProbeRequest {
  /** Names to be looked up, with and without their domain. */
  readonly names: readonly string[];
  /** Addresses whose names are looked up, and which are sent an echo. */
  readonly addresses: readonly string[];
  readonly questions: readonly (Question & { readonly id: string; readonly address: string; readonly port: number })[];
  /** How long services may take until they answer, all together. */
  readonly waitSeconds: number;
}

/** Prints one JSON object: see probe.ts, which reads it. Debian's Python is there, since cloud-init needs it. */
export function probeScript(request: ProbeRequest): string {
  // JSON's way to write a text is one of Python's, too.
  return `request = ${JSON.stringify(JSON.stringify(request))}\n${PROGRAM}`;
}

const PROGRAM = `
import json, shutil, socket, subprocess, time, urllib.request

request = json.loads(request)
deadline = time.monotonic() + request["waitSeconds"]
socket.setdefaulttimeout(15)

def attempt(work):
    try:
        return {"ok": True, "text": str(work())}
    except Exception as error:
        return {"ok": False, "text": str(error) or type(error).__name__}

def echo(address):
    if shutil.which("ping") is None:
        return {"ok": True, "text": "no ping"}
    lost = subprocess.run(["ping", "-n", "-c", "2", "-W", "5", address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return {"ok": lost.returncode == 0, "text": "answered" if lost.returncode == 0 else "lost"}

def ask(question):
    address = (question["address"], question["port"])
    if question["kind"] == "http":
        url = "http://%s:%d%s" % (*address, question["path"])
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url) as response:
            response.read(65536)
            return response.status
    with socket.create_connection(address) as connection:
        if question["kind"] == "connect":
            return "connected"
        connection.sendall(question["say"].encode())
        heard = connection.recv(4096).decode("utf-8", "replace")
        if not heard.startswith(question["hear"]):
            raise ValueError("answered " + json.dumps(heard[:60]))
        return question["hear"]

def insist(work):
    result = attempt(work)
    while not result["ok"] and time.monotonic() < deadline:
        time.sleep(2)
        result = attempt(work)
    return result

print(json.dumps({
    "names": {name: attempt(lambda: socket.gethostbyname(name)) for name in request["names"]},
    "reverse": {ip: attempt(lambda: socket.gethostbyaddr(ip)[0]) for ip in request["addresses"]},
    "echoes": {ip: echo(ip) for ip in request["addresses"]},
    "answers": {each["id"]: insist(lambda: ask(each)) for each in request["questions"]},
}))
`;
