"""airy-detector as a child process of a test."""

import json
import subprocess


class Detector:
    """Runs `airy-detector <arguments>`, bound to a port of the system's choice."""

    def __init__(self, program, *arguments, bind=True):
        arguments = [str(a) for a in arguments]
        if bind:
            arguments += ["--bind", "tcp://127.0.0.1:*"]
        self._process = subprocess.Popen([program, *arguments], stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(self._process.stderr.read())
        self.endpoint = json.loads(line)["endpoint"]

    def signal(self, number):
        self._process.send_signal(number)

    def finish(self):
        """(exit status, summary or None) once it has ended."""
        out = self._process.stdout.read()
        self.errors = self._process.stderr.read()
        return self._process.wait(), json.loads(out) if out else None

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        self._process.stderr.close()
