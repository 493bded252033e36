"""A web server on loopback: a folder, and answers that a test gives in its place."""
import functools
import http.server
import threading


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        answers = self.server.answers.get(self.path, [])
        if not answers:
            super().do_GET()
            return
        status, headers, body = answers.pop(0)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class WebServer:
    """
    `asked` has the paths in order. `answers` maps a path to a list of (status, headers, body), which are used up one by
    one before the file is served.
    """

    def __init__(self, folder):
        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Handler, directory=str(folder))
        )
        self.asked = self._server.asked = []
        self.answers = self._server.answers = {}
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        serve = functools.partial(self._server.serve_forever, poll_interval=0.01)
        threading.Thread(target=serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
