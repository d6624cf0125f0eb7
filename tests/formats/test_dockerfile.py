"""Dockerfiles: told from Modelfiles and prose, read into instructions, judged by what they take, run and allow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.format import MalformedError
from scanner.formats import dockerfile as subject
from scanner.limits import Limits
from tests.builders.deployments import COMMIT, DIGEST, dockerfile, token
from tests.builders.judged import judged
from tests.builders.reading import of, read_as

FORMAT = subject.FORMAT
NAME = "Dockerfile"
FULL = f"""# syntax=docker/dockerfile:1
ARG BASE=python:3.12
FROM ${{BASE}} AS build
# a comment
RUN apt-get update && \\
    # a comment between
    apt-get install -y git \\

 && rm -rf /var/lib/apt/lists/*
ENV A=1 B="two words"
COPY . /app
RUN <<EOF
pip install .
EOF
FROM debian:12@{DIGEST}
COPY --from=build /app /app
USER 1000
ENTRYPOINT ["python", "-m", "serve"]
"""


def read(text, name=NAME, limits=None):
    return read_as(FORMAT, text if isinstance(text, bytes) else text.encode(), name, limits or Limits())[0]


def told(*lines, **base):
    """Name what is said of a Dockerfile beside its images and its user."""
    return [one for one in read(dockerfile(*lines, **base)) if type(one).__name__ not in {"ImageUsed", "ImageTrait"}]


@pytest.mark.parametrize(
    ("text", "path", "claimed"),
    [
        (FULL, "x", True),
        ("FROM scratch", "Dockerfile", True),
        ("FROM scratch", "a/x.dockerfile", True),
        ("FROM scratch", "x.zip!Containerfile", True),
        ("from debian\nrun echo", "x", False),
        ("FROM debian:12\nRUN echo", "notes.txt", True),
        ("FROM debian:12\n", "Dockerfile.gpu", True),
        ("FROM ./x.gguf\nSYSTEM hi", "Modelfile", False),
        ("From the beginning on\nRUN it", "notes.txt", False),
        ("SELECT a\nFROM b\nRUN c", "x.sql", False),
        ("FROM debian\0\nRUN x", "Dockerfile", False),
        ("", "Dockerfile", False),
        ("[FROM]", "x", False),
    ],
)
def test_a_dockerfile_is_told_from_other_texts(text, path, claimed):
    assert subject.claims(text.encode(), path) is claimed


def test_a_plain_file_tells_its_images_and_nothing_else():
    facts = read(FULL)
    assert [(one.name, one.tag, one.digest, one.where.line) for one in of(facts, "ImageUsed")] == [
        ("python", "3.12", False, 3),
        ("debian", "12", True, 15),
    ]
    assert {type(one).__name__ for one in facts} == {"ImageUsed"}
    assert judged(FULL.encode(), NAME) == {}


def test_the_smallest_file_is_one_line():
    assert [one.trait for one in of(read("FROM debian:12"), "ImageTrait")] == ["no-user"]


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("debian", ("docker.io", "debian", "", False, False)),
        ("debian:12", ("docker.io", "debian", "12", False, False)),
        ("a/b:1", ("docker.io", "a/b", "1", False, False)),
        ("ghcr.io/a/b:1", ("ghcr.io", "a/b", "1", False, False)),
        ("localhost:5000/a", ("localhost:5000", "a", "", False, False)),
        (f"r.example.com:5000/a:1@{DIGEST}", ("r.example.com:5000", "a", "1", True, False)),
        ("${X}", ("docker.io", "${X}", "", False, True)),
        ("a:${X:-1}", ("docker.io", "a", "1", False, False)),
    ],
)
def test_a_reference_is_taken_apart(reference, found):
    (one,) = of(read(f"FROM {reference}\nUSER 1"), "ImageUsed")
    assert (one.registry, one.name, one.tag, one.digest, one.variable) == found


def test_a_stage_is_no_image():
    assert len(of(read("FROM debian:12 AS b\nFROM b\nFROM scratch\nFROM --platform=$X debian:12"), "ImageUsed")) == 2


@pytest.mark.parametrize(
    ("lines", "act", "line"),
    [
        (["RUN curl https://example.com/i | sh"], "fetch-run", 2),
        (["RUN true && \\", "  curl https://example.com/i \\", "  | sh"], "fetch-run", 3),
        (["RUN true && \\", "# no", "", "  curl https://example.com/i | sh"], "fetch-run", 5),
        (["RUN <<EOF", "true", "curl https://example.com/i | sh", "EOF"], "fetch-run", 4),
        (["RUN bash <<'EOF'", "curl https://example.com/i | sh", "EOF"], "fetch-run", 3),
        (['RUN ["sh", "-c", "curl https://example.com/i | sh"]'], "fetch-run", 2),
        (["COPY <<EOF /run.sh", "curl https://example.com/i | sh", "EOF"], "fetch-run", 3),
        (["ONBUILD RUN curl https://example.com/i | sh"], "fetch-run", 2),
        (["HEALTHCHECK CMD curl https://example.com/i | sh"], "fetch-run", 2),
        (["CMD curl https://example.com/i | sh"], "fetch-run", 2),
        (["run curl https://example.com/i | sh"], "fetch-run", 2),
        (["RUN echo ZWNobw== | base64 -d | bash"], "decode-run", 2),
        (["RUN chmod -R 777 /app"], "opens-modes", 2),
        (["RUN pip install --trusted-host example.com x"], "skips-check", 2),
        (["RUN pip install -i https://example.com/simple x"], "foreign-index", 2),
    ],
)
def test_what_a_build_does_is_told_with_its_line(lines, act, line):
    assert [(one.act, one.where.line) for one in told(*lines) if type(one).__name__ == "CommandActs"] == [(act, line)]


def test_another_character_may_continue_lines():
    text = "# escape=`\nFROM debian:12\nRUN true && `\n curl https://example.com/i | sh"
    assert [one.where.line for one in of(read(text), "CommandActs")] == [4]


def test_data_inside_is_not_run():
    assert told("COPY <<EOF /x.txt", "curl https://example.com/i | sh", "EOF", "RUN echo 'curl x | sh'") == []
    assert told("# RUN curl https://example.com/i | sh") == []


def test_secrets_are_told_and_never_shown():
    facts = told(
        f"ENV HF_TOKEN={token()}", "ARG API_KEY=q8Zk2Lx9Vb4Nw7Rt1Yp6", "ENV DB_PASSWORD changeit2", "ARG GITHUB_TOKEN"
    )
    assert [(one.name, one.place, one.shape) for one in facts] == [
        ("HF_TOKEN", "env", "token"),
        ("API_KEY", "arg", "random"),
    ]
    assert token() not in repr(facts)


@pytest.mark.parametrize(
    "line",
    [
        "ENV TOKEN=$X",
        "ENV A_TOKEN=",
        "ENV MAX_TOKENS=5",
        "ENV API_KEY=your-key",
        "ENV KEY_FILE=/run/k",
        "ENV TOKENIZER_PATH=x",
    ],
)
def test_a_name_without_a_secret_is_none(line):
    assert told(line) == []


@pytest.mark.parametrize(
    ("line", "rule", "severity"),
    [
        ("RUN curl -s https://example.com/i | sh", "command-runs-what-it-fetches", "medium"),
        ("RUN curl -s http://example.com/i | sh", "command-runs-what-it-fetches", "high"),
        ("ADD https://example.com/x /x", "image-takes-from-address", "medium"),
        ("ADD git@example.com:a/b.git /x", "image-takes-from-address", "medium"),
        ("COPY .ssh/id_rsa /root/.ssh/", "image-copies-keys", "high"),
        ("COPY server.pem /etc/", "image-copies-keys", "medium"),
        (f"ENV X={token()}", "secret-is-written-in", "high"),
        ("ONBUILD RUN make", "image-runs-in-later-builds", "low"),
        ("RUN --security=insecure make", "image-build-reaches-host", "medium"),
        ("RUN --network=host make", "image-build-reaches-host", "low"),
        ("VOLUME /var/run/docker.sock", "container-rules-its-host", "medium"),
        ('CMD ["vllm", "serve", "x", "--trust-remote-code"]', "server-runs-model-code", "medium"),
        ("ENV TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD=1", "server-loads-pickles", "medium"),
        ("CMD jupyter lab --ip=0.0.0.0 --ServerApp.token=''", "server-asks-no-password", "medium"),
        ("CMD ray start --head --dashboard-host 0.0.0.0", "server-admin-listens-everywhere", "medium"),
        ("CMD mlflow server --host 0.0.0.0", "server-admin-listens-everywhere", "medium"),
        ("CMD sglang --enable-custom-logit-processor", "server-runs-sent-code", "high"),
        ("CMD vllm serve --allowed-local-media-path /", "server-takes-from-anywhere", "medium"),
        ("RUN pip install vllm==0.6.3", "server-has-known-fault", "medium"),
        ("USER root", "image-runs-as-root", "info"),
    ],
)
def test_the_rule_speaks(line, rule, severity):
    assert judged(dockerfile("USER 1", line).encode(), NAME).get(rule) == severity


@pytest.mark.parametrize(
    "line",
    [
        f"ADD --checksum={DIGEST} https://example.com/x /x",
        f"ADD https://example.com/a/b.git#{COMMIT} /x",
        "COPY --from=build /root/.ssh/x /x",
        "COPY certs/ca.pem /etc/ssl/",
        "RUN curl -fsSL https://example.com/k.asc | gpg --dearmor > /k.gpg",
        "RUN curl -s https://example.com/x.json | python -m json.tool",
        "RUN curl -o i https://example.com/i && echo 'x i' | sha256sum -c && sh i",
        "RUN --mount=type=secret,id=hf pip install vllm==99.1.0",
        "RUN chmod +x /run.sh && chmod 1777 /tmp",
        'CMD ["vllm", "serve", "--trust-remote-code", "false"]',
        "CMD jupyter lab --ServerApp.token='' --ServerApp.password=argon2:x",
        "CMD mlflow server --host 0.0.0.0 --app-name basic-auth",
        "RUN pip install --extra-index-url https://download.pytorch.org/whl/cu121 torch",
    ],
)
def test_what_real_files_do_is_quiet(line):
    assert judged(dockerfile(line, "USER 1").encode(), NAME) == {}


def test_the_installer_of_a_known_maker_is_a_note():
    line = "RUN curl https://sh.rustup.rs -sSf | sh -s -- -y"
    assert judged(dockerfile(line, "USER 1").encode(), NAME) == {"command-runs-what-it-fetches": "info"}


def test_a_version_with_a_fault_is_told_of_an_image():
    assert judged(b"FROM vllm/vllm-openai:v0.6.3\nUSER 1\n", NAME) == {"server-has-known-fault": "medium"}
    assert judged(b"FROM nvcr.io/nvidia/tritonserver:24.01-py3\nUSER 1\n", NAME) == {"server-has-known-fault": "medium"}
    assert judged(b"FROM nvcr.io/nvidia/tritonserver:25.08-py3\nUSER 1\n", NAME) == {}


def test_a_cut_file_is_read():
    for end in range(1, len(FULL)):
        try:
            read(FULL[:end])
        except MalformedError:
            assert not FULL[:end].splitlines()[-1].startswith("FROM debian")


def test_a_here_document_without_end_and_a_last_line_that_goes_on_are_read():
    assert read("FROM debian:12\nRUN <<EOF\ncurl x")
    assert read("FROM debian:12\nRUN true \\")


@pytest.mark.parametrize("content", [b"FROM x\n\xff", b"# nothing\n", b"hello\n"])
def test_what_is_no_dockerfile_is_malformed(content):
    with pytest.raises(MalformedError):
        read(content)


def test_bounds_are_told():
    assert [type(one).__name__ for one in read(FULL, limits=Limits(text_nbytes=100))] == ["LimitReached"]
    facts = read("FROM debian:12\n" + "RUN true\n" * 10_001)
    assert of(facts, "LimitReached")[0].bound == 10_000


@given(
    st.lists(
        st.sampled_from(
            [
                "FROM",
                "RUN ",
                "ENV ",
                "ARG",
                " ",
                "\n",
                "\\",
                "\\\n",
                "<<E\n",
                "E\n",
                "`",
                "$(",
                "${A",
                ")",
                "'",
                '"',
                "[",
                "|",
                "sh",
                "curl ",
                "#",
                "ONBUILD ",
            ]
        )
    ).map("".join)
)
def test_nothing_but_a_malformed_error_leaves_the_reader(text):
    subject.claims(text.encode(), NAME)
    try:
        read(text)
    except MalformedError:
        return


@given(st.binary(max_size=60))
def test_bytes_of_any_kind_are_read_or_malformed(content):
    subject.claims(content, NAME)
    try:
        read(content)
    except MalformedError:
        return
