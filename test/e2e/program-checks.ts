/** For each component, what to run in the installed bootstrap and what the output must hold. */

/** A component of the bootstrap under test. */
export interface Installed {
  readonly id: string;
  /** As component.json gives it. */
  readonly version: string;
  /** undefined: the default variant. */
  readonly variant: string | undefined;
}

interface Check {
  /** Bash, with errexit, nounset and pipefail. */
  readonly script: string;
  /** Texts that the output must hold. */
  readonly expected: readonly string[];
}

type MakeCheck = (component: Installed, all: ReadonlyMap<string, Installed>) => Check;

const says = (command: string, text: (version: string) => string): MakeCheck => {
  return ({ version }) => ({ script: command, expected: [text(version)] });
};

/** Imports modules and says where they come from: each must be the copy of this component. */
const imports = (...modules: readonly string[]): MakeCheck => {
  const origins = `
import importlib, os
for name in ${JSON.stringify(modules)}: print(name, os.path.realpath(importlib.import_module(name).__file__))`;
  return ({ id }) => ({
    // Once with DC/OS's environment, once without: both are ways in which Python code is run.
    script: `python3 -c '${origins}'; env -i /opt/mesosphere/bin/python3 -c 'import ${modules.join(', ')}'`,
    expected: modules.map((name) => `${name} /opt/mesosphere/packages/${id}/`),
  });
};

const PYTHON_MODULES = ['ctypes', 'zlib', 'bz2', 'lzma', 'sqlite3', 'readline'];

/** Files not the same twice, and worthless once packing has set the time of their source (flag 1: unchecked hash). */
const TIMED_FILES = `
import glob
files = glob.glob("/opt/mesosphere/packages/*/lib/python3*/**/*.pyc", recursive=True)
print("compiled files that hold a time:", sum(open(path, "rb").read(5)[4] != 1 for path in files), "of", len(files))`;

const python: MakeCheck = ({ version, variant }, all) => {
  const full = variant === undefined;
  const modules = full ? [...PYTHON_MODULES, 'ssl', 'hashlib', 'curses'] : PYTHON_MODULES;
  const tls = full ? ['import ssl; print(ssl.OPENSSL_VERSION)'] : [];
  const lines = ['import sys; print(sys.version)', `import ${modules.join(', ')}`, ...tls, 'print("modules found")'];
  const openssl = full ? [`OpenSSL ${all.get('openssl')?.version}`] : [];
  return {
    script: `python3 -c '${lines.join('\n')}'; python3 -c '${TIMED_FILES}'`,
    expected: [version, ...openssl, 'modules found', 'compiled files that hold a time: 0 of'],
  };
};

const curl: MakeCheck = ({ version }, all) => ({
  script: `
    curl --version
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost \
      -keyout key.pem -out certificate.pem 2>/dev/null
    coproc server { openssl s_server -accept 4433 -cert certificate.pem -key key.pem -www; }
    while read -r line <&"\${server[0]}" && [ "$line" != ACCEPT ]; do :; done
    curl --silent --fail --cacert certificate.pem https://localhost:4433/ | grep -o 'Protocol *: TLSv1.3'`,
  expected: [`curl ${version}`, `OpenSSL/${all.get('openssl')?.version}`, 'TLSv1.3'],
});

const logrotate: MakeCheck = ({ version }) => ({
  script: `
    logrotate --version
    echo 'a line of the log' >app.log
    printf '/tmp/app.log {\\n  rotate 2\\n  compress\\n  create\\n}\\n' >rotation
    chmod 644 rotation
    mkdir -p /var/lib/dcos/logrotate
    logrotate --force rotation
    zcat app.log.1.gz
    test ! -s app.log
    cat /var/lib/dcos/logrotate/status`,
  expected: [`logrotate ${version}`, 'a line of the log', '"/tmp/app.log"'],
});

const adminrouter: MakeCheck = (_, all) => ({
  script: `
    mkdir -p /run/dcos-adminrouter
    ${all.has('curl') ? '' : 'exit 1'}
    nginx=/opt/mesosphere/active/adminrouter/nginx/sbin/nginx
    for role in master:80 agent:61001; do
      "$nginx" -c "conf/nginx.\${role%:*}.conf" -g 'user root;' 2>&1
      curl --silent --fail "http://127.0.0.1:\${role#*:}/health"
      "$nginx" -c "conf/nginx.\${role%:*}.conf" -g 'user root;' -s stop 2>&1
    done`,
  expected: ['"role":"master"', '"role":"agent"', 'LuaJIT 2.1'],
});

/** The node's package manager, asked about the bootstrap that it lies in. */
const dcosImage: MakeCheck = ({ id }) => ({
  script: `
    pkgpanda list
    dcos-node status --no-systemd || echo "dcos-node ended in $?"
    pkgpanda active | grep -c . | sed 's/^/active packages: /'
    env -i /opt/mesosphere/bin/pkgpanda show ${id} | grep '"active"'
    pkgpanda remove ${id} 2>&1 || echo "ended in $?"
    # Another root with the same packages but those that bring users, whom this machine cannot make: it becomes a master.
    mkdir -p node/etc/roles
    touch node/etc/roles/master
    without=$(grep -l '"username"' /opt/mesosphere/packages/*/pkginfo.json | cut -d/ -f5)
    ids=$(pkgpanda active | grep -vxF "$without")
    pkgpanda activate $ids --root node --repository /opt/mesosphere/packages --config-dir node/etc \
      --state-dir-root node/state --rooted-systemd --no-systemd
    ls node/dcos.target.wants
    readlink node/active/dcos-image`,
  expected: [
    `${id}\n`,
    'dcos-node ended in 1',
    'active packages: ',
    '"active": true',
    'active packages stay',
    'ended in 1',
    'dcos-adminrouter.service\ndcos-cluster-id.service\n',
    `\n/opt/mesosphere/packages/${id}`,
  ],
});

const dcosInstaller: MakeCheck = () => ({
  script: `
    mkdir genconf
    printf 'bootstrap_url: http://127.0.0.1\\ncluster_name: test\\nmaster_list: [127.0.0.1]\\n' >genconf/config.yaml
    printf '#!/bin/bash\\necho 127.0.0.1\\n' >genconf/ip-detect
    dcos_installer --validate-config
    dcos_installer --help`,
  expected: ['config.yaml and ip-detect are as they must be', '--genconf'],
});

const ASK_FOR_PING = `
import time, urllib.request
for _ in range(300):
    try:
        print("answer:", urllib.request.urlopen("http://127.0.0.1:15055/ping").read().decode())
        break
    except OSError:
        time.sleep(0.1)
print("past minute:", urllib.request.urlopen("http://127.0.0.1:15055/history/minute").read().decode()[:5])`;

const historyService: MakeCheck = () => ({
  script: `
    HISTORY_BUFFER_DIR=/tmp/history STATE_SUMMARY_URI=http://127.0.0.1:1/ dcos-history-service 2>&1 &
    python3 -c '${ASK_FOR_PING}'
    ls /tmp/history`,
  expected: ['answer: pong', 'past minute: [{},', 'No summary from', 'hour\nminute'],
});

/** Without a ZooKeeper there is no agreement, which must be said and never be taken for one. */
const noAgreement = (command: string): MakeCheck => {
  return () => ({
    script: `${command} --hosts 127.0.0.1:1 --timeout 1 2>&1 || echo "ended in $?"`,
    expected: ['ZooKeeper at 127.0.0.1:1 did not answer within 1 seconds', 'ended in 1'],
  });
};

/** A library without a program is loaded by a Python of the bootstrap, and asked for its version if it knows it. */
const loads = (library: string, question = ''): MakeCheck => {
  return ({ version }) => {
    const code = `import ctypes; library = ctypes.CDLL("/opt/mesosphere/lib/${library}"); print("loaded")`;
    return { script: `python3 -c '${code}${question}'`, expected: question === '' ? ['loaded'] : ['loaded', version] };
  };
};

const EVENT_VERSION = '; library.event_get_version.restype = ctypes.c_char_p; print(library.event_get_version())';

const ERLANG = 'io:format("release ~s, ~p~n", [erlang:system_info(otp_release), crypto:info_lib()]), halt().';

export const CHECKS: Readonly<Record<string, MakeCheck>> = {
  adminrouter,
  'boost-system': (component, all) => loads(`libboost_system.so.${component.version}`)(component, all),
  boto: imports('boto3', 'botocore', 's3transfer', 'jmespath'),
  curl,
  'dcos-image-deps': imports('aiohttp', 'bs4', 'coloredlogs', 'docker', 'docutils', 'pygments', 'waitress', 'webob'),
  'dcos-cluster-id': noAgreement('dcos-cluster-id cluster/id'),
  'dcos-history-service': historyService,
  'dcos-image': dcosImage,
  'dcos-installer': dcosInstaller,
  dnspython: imports('dns.resolver'),
  erlang: ({ version }, all) => ({
    script: `erl -noshell -eval '${ERLANG}'`,
    expected: [`release ${version.split('.')[0]}`, `OpenSSL ${all.get('openssl')?.version}`],
  }),
  flask: imports('flask', 'werkzeug', 'itsdangerous', 'click', 'flask_compress'),
  java: ({ version }) => ({
    script: `
      "$JAVA_HOME/bin/java" -version
      java -Xshare:on -version
      keytool -list -cacerts -storepass changeit | grep -c trustedCertEntry | sed 's/^1[0-9][0-9]$/over 100 trusted/'`,
    expected: [`openjdk version "${version}"`, 'over 100 trusted'],
  }),
  libevent: loads('libevent-2.1.so.7', EVENT_VERSION),
  logrotate,
  ncurses: says('tput -T xterm-256color colors; infocmp -V; TERM=vt100 tput cols', (version) => `ncurses ${version}`),
  openssl: says('openssl version -a; openssl list -providers -provider legacy', (version) => `OpenSSL ${version}`),
  python,
  'python-dateutil': imports('dateutil.parser'),
  'python-docopt': imports('docopt'),
  'python-jinja2': imports('jinja2'),
  'python-kazoo': imports('kazoo.client'),
  'python-markupsafe': imports('markupsafe._speedups'),
  'python-passlib': imports('passlib.context'),
  'python-pyyaml': imports('yaml', 'yaml._yaml'),
  'python-requests': imports('requests', 'urllib3', 'idna', 'certifi', 'chardet', 'charset_normalizer'),
  'python-retrying': imports('retrying'),
  six: imports('six'),
  strace: says(
    'strace -V; strace -o trace -e trace=execve true; grep "exited with 0" trace',
    (version) => `version ${version}`,
  ),
  toybox: ({ version }) => ({
    script: `toybox --version; printf toybox | toybox sha256sum; toybox ifconfig lo`,
    expected: [`toybox ${version}`, '49e2e07c24a33567df79ba330e263b7a79163fcc7c6430b487712ae51b718a6e', 'lo'],
  }),
  'zk-value-consensus': noAgreement('echo value | zk-value-consensus /path'),
};
