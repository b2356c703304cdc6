"""Requests nobody's browser makes: odd addresses, fields, bodies, headers and methods, all from one seed.

It must not know what the counter answers to them.
"""

from random import Random
from urllib.parse import quote_from_bytes

from werkzeug.test import EnvironBuilder

METHODS = ("GET",) * 8 + ("POST",) * 8 + ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "WHAT")
TEXTS = [
    *("", " ", "0", "-1", "1", "2147483647", "2147483648", "9" * 400, "1e9", "0x10", "NaN", "Infinity", "null", "true"),
    *("½", "٣", "²", "🙂", "e\u0301", "\u202eabc", "\ufeff", "\ud7ff", "a" * 6000, "é" * 3000, "\r\nX: y", "\t\n"),
    *(
        "' OR 1=1 --",
        '"',
        "\\",
        "%",
        "_",
        "%s%n",
        "{{7*7}}",
        "${7*7}",
        "<script>",
        "../../etc/passwd",
        "//evil.example",
    ),
    *("2022-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "24:00", "-1_2022-01-01", "1_2", "2147483648_1"),
    *(
        "0417390703",
        "0417.390.703",
        "85.07.30-033.28",
        "x@y",
        "[]",
        "{}",
        "approve",
        "_asc",
        "y",
        "ja",
        "*",
        "AND",
        "NEAR(",
    ),
]
# Bytes that are no UTF-8: a lone ff, an overlong slash, a NUL, a surrogate, half a letter, beyond the last one.
BYTES = [
    b"\xff",
    b"\xc0\xaf",
    b"\xe0\x80\xaf",
    b"\x00",
    b"\xed\xa0\x80",
    b"\xe2\x82",
    b"\xf4\x90\x80\x80",
    b"\x80" * 50,
]
TYPES = (
    *("application/x-www-form-urlencoded",) * 6,
    *("multipart/form-data; boundary=b", "multipart/form-data", "multipart/form-data; boundary=" + "b" * 400),
    *(
        "application/json",
        "text/plain",
        "application/xml",
        "application/octet-stream",
        "",
        ";;",
        "text/html; charset=utf-16",
    ),
    *("application/x-www-form-urlencoded; charset=utf-7", "multipart/mixed; boundary=b", 'a/b; c="', "é/é"),
)
HEADERS = {
    "Range": ("bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=0-1," + "1-2," * 200, "x", "bytes=99999999999999999999-"),
    "If-None-Match": ("*", '"x"', 'W/"', '"' * 99, "x" * 3000, ","),
    "If-Match": ("*", '"x"'),
    "If-Modified-Since": ("x", "Thu, 99 Foo 0000 99:99:99 GMT", "Fri, 31 Dec 99999 00:00:00 GMT", "-1"),
    "If-Range": ("x", '"x"', "Thu, 01 Jan 1970 00:00:00 GMT"),
    "Accept-Language": ("*", "q=;;;", "nl;q=x", "a-" * 500, "\xff", "nl;q=1e400"),
    "Accept-Encoding": ("br;q=x", "*;q=0", "gzip;q=1e400", "," * 500, "identity;q=0", "\xff"),
    "Accept": ("*", "a/b/c", "text/html;q=x", "\xff/\xff"),
    "HX-Request": ("true", "false", "x", ""),
    "HX-Request-Type": ("partial", "full", "x"),
    "HX-Target": ("#", "'\"", "x" * 3000),
    "HX-Current-URL": ("javascript:alert(1)", "http://[", "//x", "http://\xff"),
    "X-Organisation": ("0417390703", "1", "\xff", "x" * 3000),
    "Save-Data": ("on", "ON", "x"),
    "Origin": ("null", "http://localhost", "https://kwaad.example", "\xff", "http://["),
    "Sec-Fetch-Site": ("same-origin", "cross-site", "x"),
    "Referer": ("http://[", "/", "javascript:x", "\xff"),
    "Authorization": ("Basic", "Basic \xff", "Bearer " + "x" * 3000, "Digest a=b,", "Basic ====", "x"),
    "X-Forwarded-For": ("127.0.0.1", "x", "[::", "," * 300),
    "X-Request-ID": ("x" * 3000, "\xff", "../"),
    "User-Agent": ("", "\xff", "x" * 5000, "MSIE 6"),
    "Expect": ("100-continue", "x"),
    "Transfer-Encoding": ("chunked", "x"),
    "Content-Length": ("-1", "0", "99", "99999999999999999999", "x", "1,2"),
    "X-HTTP-Method-Override": ("DELETE", "x"),
    "Host": ("", "kwaad.example", "a:b", "[::1", "\xff", "localhost:99999999"),
}  # fmt: skip


class Odd:
    """What one seed makes of a route."""

    def __init__(self, seed, names, ids):
        self.chance, self.names, self.ids = Random(seed), names, ids

    def some(self):
        """One value as bytes: a known id, a text, or what is none."""
        kind = self.chance.random()
        if kind < 0.3:
            return self.chance.choice(self.ids).encode()
        return self.chance.choice(TEXTS).encode() if kind < 0.85 else self.chance.choice(BYTES)

    def pairs(self, most):
        """A query or a form: some names, one of them perhaps twice, or none that anybody knows."""
        found = [(self.chance.choice(self.names).encode(), self.some()) for _ in range(self.chance.randint(0, most))]
        if found and self.chance.random() < 0.3:
            found += [(found[0][0], self.some())] * self.chance.randint(1, 3)
        if self.chance.random() < 0.2:
            found.append((self.some(), self.some()))
        return b"&".join(
            quote_from_bytes(name).encode() + b"=" + quote_from_bytes(value).encode() for name, value in found
        )

    def raw(self, most):
        """Such pairs, at times with the quoting broken."""
        pairs = self.pairs(most)
        if self.chance.random() < 0.2:
            pairs = pairs.replace(b"=", self.chance.choice((b"==", b"", b"%", b"%f", b"%zz=", b"&", b";")))
        return pairs

    def multipart(self):
        """A body of parts, whole or broken somewhere."""
        parts = []
        for _ in range(self.chance.randint(0, 4)):
            name = self.chance.choice(self.names).encode()
            file = self.chance.choice(
                (b"", b'; filename="a.pdf"', b'; filename="', b"; filename*=UTF-8''%ff", b'; filename="../\x00"')
            )
            kind = self.chance.choice((b"", b"\r\nContent-Type: application/pdf", b"\r\nContent-Type: \xff", b"\r\nX"))
            parts.append(
                b'--b\r\nContent-Disposition: form-data; name="' + name + b'"' + file + kind + b"\r\n\r\n" + self.some()
            )
        body = b"\r\n".join(parts) + b"\r\n--b--\r\n"
        return body if self.chance.random() < 0.6 else body[: self.chance.randint(0, len(body))]

    def request(self, path, cookie, stamp):
        """(method, WSGI environment) of an odd request to that place."""
        method = self.chance.choice(METHODS)
        kind = self.chance.choice(TYPES)
        body = self.multipart() if "multipart" in kind else self.raw(8)
        if method == "POST" and self.chance.random() < 0.7:  # or hardly any would get past the first guard
            body = b"organisation=" + stamp.encode() + b"&" + body if "multipart" not in kind else body
        reading = method in ("GET", "HEAD")
        environ = EnvironBuilder(method=method, data=None if reading else body).get_environ()
        environ |= {"PATH_INFO": self.place(path), "QUERY_STRING": self.raw(4).decode("latin1"), "CONTENT_TYPE": kind}
        for name in self.chance.sample(sorted(HEADERS), self.chance.randint(0, 3)):
            value = self.chance.choice(HEADERS[name])
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_LENGTH" else f"HTTP_{key}"] = value
        environ["HTTP_COOKIE"] = self.cookies(cookie)
        return method, environ

    def place(self, path):
        """The address as it is, or with bytes in it that no link has."""
        if self.chance.random() < 0.75:
            return path
        at = self.chance.randint(1, len(path))
        return path[:at] + self.some().decode("latin1") + path[at:]

    def cookies(self, cookie):
        """The own cookie, mostly; also twice, cut off, or among rubbish."""
        own = f"loket={cookie}" if cookie else ""
        kind = self.chance.random()
        if kind < 0.75:
            return own
        junk = self.some().decode("latin1")[:2000]
        half = own[: len(own) // 2]
        return self.chance.choice(
            (
                f"{own}; loket=x",
                f"loket={junk}; {own}",
                f"{own}; {junk}",
                half,
                junk,
                ";;=;" + own,
                f"{own}; loket-licht={junk}",
            )
        )
