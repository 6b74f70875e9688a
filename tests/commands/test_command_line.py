"""The command line as scripts of others see it: names, JSON shapes, exit codes. Jobs run inside the test."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fmcore.commands import main
from fmcore.settings import ROOT, get_settings

ESTIMATE = {"value", "low", "high", "level", "n", "method"}
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[Path]:
    """A home with a data set and one finished run; ``place/rows.csv`` is the file it came from."""
    folder = tmp_path_factory.mktemp("commands")
    rows = [
        {"text": f"the room {i} was {'lovely' if i % 2 else 'awful'} today and number {i * 7}", "label": "good" if i % 2 else "bad"}
        for i in range(120)
    ]
    pd.DataFrame(rows).to_csv(folder / "rows.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"HOME": folder / "home", "WHO": "tester", "OFFLINE": 1, "INLINE_JOBS": 1}.items():
            patch.setenv(f"FMCORE_{name}", str(value))
        get_settings.cache_clear()
        yield folder
    get_settings.cache_clear()


@pytest.fixture
def call(place: Path, capfd: pytest.CaptureFixture[str]) -> Call:
    """``call("runs", "list")`` runs it with --json and returns the document; exit code 0 is asserted."""

    def run(*arguments: str | Path) -> Any:
        capfd.readouterr()
        code = main([*map(str, arguments), "--json"])
        out, err = capfd.readouterr()
        assert code == 0, err
        return json.loads(out)

    return run


@pytest.fixture
def fail(place: Path, capfd: pytest.CaptureFixture[str]) -> Call:
    """``fail("runs", "show", "nope")`` returns the exit code and the one line on standard error."""

    def run(*arguments: str | Path) -> tuple[int, str]:
        capfd.readouterr()
        try:
            code = main([*map(str, arguments)])
        except SystemExit as left:
            code = int(str(left.code))
        out, err = capfd.readouterr()
        assert out == ""
        assert len(err.strip().splitlines()) == 1
        return code, err.strip()

    return run


@pytest.fixture
def data(call: Call, place: Path) -> str:
    return call("data", "add", place / "rows.csv", "--name", "tiny", "--text", "text", "--label", "label", "--accept-problems")["dataset"]


@pytest.fixture
def done(call: Call, data: str, tiny_model: Path) -> Iterator[str]:
    """A finished run, made once."""
    known = call("runs", "list", "--search", "golden")["runs"]
    yield known[0]["run"] if known else call("finetune", "--data", data, "--base", tiny_model, "--epochs", "1", "--name", "golden")["run"]


def test_data_add_says_what_was_stored(call: Call, place: Path) -> None:
    found = call("data", "add", place / "rows.csv", "--name", "tiny", "--text", "text", "--label", "label", "--accept-problems")
    assert set(found) == {"dataset", "name", "version", "rows", "labels", "problems"}
    assert found["labels"] == ["bad", "good"]
    assert sum(found["rows"].values()) == 120
    assert set(found["rows"]) == {"train", "validation", "test"}
    assert all(set(problem) == {"kind", "severity", "count", "sentence"} for problem in found["problems"])
    assert found["dataset"] in [entry["dataset"] for entry in call("data", "list")["datasets"]]


def test_blocking_problems_are_an_error_until_they_are_accepted(
    home: Path, call: Call, place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pd.read_csv(place / "rows.csv").head(30).to_csv(place / "leak.csv", index=False)
    source = (place / "rows.csv", "--test", place / "leak.csv", "--text", "text", "--label", "label")
    way_out = "Repair it, take --leave-out-overlap same, or say with --accept-problems that you know."
    because = "Results on this data would mean nothing: train-test-overlap."
    assert main(list(map(str, ("data", "add", *source, "--name", "leaky")))) == 1
    said = capfd.readouterr()
    assert [line.split(":")[0].strip() for line in said.out.splitlines()][:2] == ["rows", "blocking"]  # one problem a line
    assert said.err == f"Nothing was stored. {because} {way_out}\n"
    for arguments in (("data", "add", *source, "--name", "leaky"), ("data", "check", *source)):
        assert main([*map(str, arguments), "--json"]) == 1
        said = capfd.readouterr()
        assert {"train-test-overlap"} == {p["kind"] for p in json.loads(said.out)["problems"] if p["severity"] == "blocking"}
        assert because in said.err and len(said.err.splitlines()) == 1
        assert json.loads(said.out).get("dataset") is None
    assert call("data", "list")["datasets"] == []
    assert call("data", "add", *source, "--name", "leaky", "--accept-problems")["rows"]["test"] == 30
    assert "rows.csv, leak.csv" in {one["source"] for one in call("data", "list")["datasets"]}


def test_finetune_prints_its_figures_on_test(call: Call, data: str, tiny_model: Path) -> None:
    found = call(
        "finetune", "--data", data, "--base", tiny_model, "--epochs", "1", "--learning-rate", "3e-4", "--batch-size", "32", "--seed", "0"
    )
    assert set(found) == {"run", "status", "seconds", "test"}
    assert found["status"] == "done"
    assert {"accuracy", "macro-f1", "loss"} <= set(found["test"])
    assert set(found["test"]["accuracy"]) == ESTIMATE
    known = {entry["dataset"]: entry for entry in call("data", "list")["datasets"]}
    assert found["test"]["accuracy"]["n"] == known[data]["rows"]["test"]


def test_evaluate_prints_metrics_classes_and_the_confusion_matrix(call: Call, done: str) -> None:
    found = call("evaluate", done)
    assert set(found) == {"run", "split", "metrics", "per_class", "confusion"}
    assert (found["run"], found["split"]) == (done, "test")
    assert set(found["per_class"]["good"]) == {"precision", "recall", "f1", "roc-auc", "pr-auc"}
    assert found["confusion"]["labels"] == ["bad", "good"]
    assert sum(map(sum, found["confusion"]["counts"])) == found["metrics"]["accuracy"]["n"]


def test_every_look_at_test_is_counted(call: Call, done: str) -> None:
    from fmcore.store import open_store

    before = len(open_store().looks(done))
    call("evaluate", done)
    call("runs", "show", done, "--test")
    call("runs", "show", done)
    call("evaluate", done, "--split", "validation")
    assert len(open_store().looks(done)) == before + 2


def test_predict_answers_every_row_and_is_safe_in_a_spreadsheet(call: Call, done: str, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text('note,review\n=1+1,"lovely, quick"\nb,\nc,awful\n', encoding="utf-8")
    assert (
        call("predict", done, tmp_path / "new.csv", "--text", "review", "-o", tmp_path / "out.csv").items()
        >= {"rows": 3, "answered": 2}.items()
    )
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["note", "review", "answer", "confidence", "calibrated_confidence", "p_bad", "p_good"]
    assert rows[0]["note"] == "'=1+1"
    assert rows[0]["answer"] in ("bad", "good")
    assert float(rows[0]["p_bad"]) + float(rows[0]["p_good"]) == pytest.approx(1)
    assert float(rows[0]["confidence"]) == max(float(rows[0]["p_bad"]), float(rows[0]["p_good"]))
    assert (rows[1]["answer"], rows[1]["confidence"]) == ("", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.csv", "out.csv"]


def test_predict_in_8_bits_tells_what_they_cost_and_refuses_where_they_cost_too_much(
    call: Call, fail: Call, done: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fmcore import inference
    from fmcore.records import Estimate

    def measured(difference: float) -> inference.EightBits:
        found = [Estimate(value, value - 0.01, value + 0.01, 0.95, 400, "wilson") for value in (0.9, 0.9 + difference, difference)]
        return inference.EightBits(*found)

    (tmp_path / "new.csv").write_text("review\nlovely\n", encoding="utf-8")
    asked = ["predict", done, tmp_path / "new.csv", "--text", "review", "-o", tmp_path / "out.csv", "--int8"]
    monkeypatch.setattr(inference, "int8_check", lambda run: measured(-0.012))
    found = call(*asked)
    assert (found["answered"], found["int8"]["difference"]["value"], found["int8"]["int8"]["n"]) == (1, -0.012, 400)
    assert found["int8"]["sentence"] == (
        "Whether 8 bits cost accuracy can't be told from 400 validation rows: 0.8880 instead of 0.9000, -1.2 points of 100 (-2.2 to -0.2)."
    )
    monkeypatch.setattr(inference, "int8_check", lambda run: measured(0.006))  # half a point less at the worst
    assert call(*asked)["int8"]["sentence"].startswith("In 8 bits accuracy is kept: 0.9060 instead of 0.9000")
    (tmp_path / "out.csv").unlink()
    monkeypatch.setattr(inference, "int8_check", lambda run: measured(-0.04))  # surely three points or more
    code, sentence = fail(*asked)
    assert code == 1 and sentence.startswith("In 8 bits accuracy is lost: 0.8600 instead of 0.9000 on 400 validation rows, -4.0 points")
    assert "Leave --int8 out" in sentence and not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "json"])
def test_predict_reads_other_formats(call: Call, done: str, tmp_path: Path, kind: str) -> None:
    frame = pd.DataFrame({"n": ["1", "2"], "review": ["lovely", "awful"]})
    path = tmp_path / f"new.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_json(path, orient="records", lines=kind == "jsonl")
    assert call("predict", done, path, "--text", "review", "-o", tmp_path / "out.csv")["rows"] == 2
    assert pd.read_csv(tmp_path / "out.csv")["review"].tolist() == ["lovely", "awful"]


def test_runs_are_listed_shown_compared_and_exported(call: Call, data: str, done: str, tiny_model: Path, tmp_path: Path) -> None:
    from fmcore.store import open_store

    other = call("runs", "clone", done, "--epochs", "2", "--name", "other")["run"]
    listed = call("runs", "list", "--sort", "metric:validation/macro-f1")
    assert {run["run"] for run in listed["runs"]} >= {done, other}
    assert listed["total"] == len(listed["runs"])
    shown = call("runs", "show", other, "--curve")
    assert (shown["settings"]["epochs"], shown["parents"], set(shown["metrics"])) == (2, [done], {"validation"})
    assert [point["step"] for point in shown["curve"]] == list(range(1, shown["steps"] + 1))
    compared = call("runs", "compare", done, other)
    assert compared["settings_that_differ"] == {"epochs": {done: 1, other: 2}}
    assert {pair["metric"] for pair in compared["paired"]["pairs"]} == {"accuracy", "macro-f1"}
    assert {pair["word"] for pair in compared["paired"]["pairs"]} <= {"better", "worse", "cannot-tell"}
    before = len(open_store().looks(done))
    call("runs", "compare", done, other, "--split", "test", "--metric", "loss")
    assert len(open_store().looks(done)) == before + 1
    folder = Path(call("runs", "export", other, "-o", tmp_path / "model")["folder"])
    assert {"config.json", "model.safetensors", "spec.json", "metrics.json"} <= {path.name for path in folder.iterdir()}


def test_people_are_told_the_names_of_the_pages_and_no_figure_twice(call: Call, done: str, capfd: pytest.CaptureFixture[str]) -> None:
    other = call("runs", "clone", done, "--epochs", "2", "--name", "again")["run"]
    said = []
    for command in (["evaluate", done, "--split", "validation"], ["runs", "compare", done, other], ["runs", "show", done]):
        assert main(command) == 0
        said.append(capfd.readouterr().out)
    for text in said:
        assert "macro-F1 " in text and "macro-f1 " not in text and "balanced accuracy" in text
        assert text.count("micro") == 3 and text.count("micro precision, micro recall, micro-F1 and weighted recall are the accuracy.") == 1
    assert "micro-f1" in call("evaluate", done, "--split", "validation")["metrics"], "scripts find every figure"


def test_the_bin_is_emptied_only_with_a_yes_and_takes_the_files_along(call: Call, fail: Call, data: str, tiny_model: Path) -> None:
    run = call("finetune", "--data", data, "--base", tiny_model, "--epochs", "1", "--name", "to go")["run"]
    child = call("runs", "clone", run, "--name", "its clone")["run"]
    folder = get_settings().runs() / run
    outside = f"Run {run} is not in the bin. Only runs in the bin can be removed for good; delete it first."
    assert fail("runs", "purge", run, "--yes") == fail("runs", "purge", run) == (1, outside)
    call("runs", "delete", run)
    held = f"Run {run} stays in the bin: {child} was made from it. Remove that one first, or both together."
    assert fail("runs", "purge", run, "--yes") == (1, held)
    call("runs", "delete", child)
    assert set(call("runs", "purge")["would_remove"]) == {run, child} and folder.is_dir()
    gone = call("runs", "purge", "--yes")
    assert set(gone["removed"]) == {run, child} and gone["megabytes"] > 0 and gone["kept"] == []
    assert not folder.exists() and fail("runs", "show", run)[0] == 1


def test_an_overlap_is_left_out_while_adding_or_afterwards(call: Call, fail: Call, place: Path, tmp_path: Path) -> None:
    rows = pd.read_csv(place / "rows.csv")
    for name, part in {"train": rows[:100], "dev": rows[100:110], "exam": rows[90:]}.items():  # 10 + 10 texts stand in train
        part.to_csv(tmp_path / f"{name}.csv", index=False)
    files = (tmp_path / "train.csv", "--validation", tmp_path / "dev.csv", "--test", tmp_path / "exam.csv")
    asked = ("data", "add", *files, "--text", "text", "--label", "label", "--name", "leaky")
    old = call(*asked, "--accept-problems")
    new = call("data", "without-overlap", "leaky", "--accept-problems")
    assert (new["parent"], new["left_out"], new["rows"]["train"]) == (old["dataset"], 10, 90)
    at_once = call(*asked, "--leave-out-overlap", "same", "--accept-problems")
    assert at_once["dataset"] == new["dataset"]  # the same rows are the same set
    assert call("data", "show", new["dataset"])["changes"][0]["values"] == {"count": 10}
    assert "nothing to leave out" in fail("data", "without-overlap", new["dataset"])[1]


def test_nothing_to_learn_is_refused_whatever_is_accepted(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pd.read_csv(place / "rows.csv").assign(label="good").to_csv(place / "one.csv", index=False)
    asked = ("data", "add", str(place / "one.csv"), "--name", "one", "--text", "text", "--label", "label", "--accept-problems")
    assert main([*asked]) == 1
    told = "Nothing was stored. Nothing can be learned from this data: one-class. Repair it, or choose other columns.\n"
    assert capfd.readouterr().err == told


def test_without_columns_the_file_tells_which_it_has(fail: Call, place: Path) -> None:
    code, sentence = fail("data", "check", place / "rows.csv")
    assert code == 2 and "with --text COL --label COL. Columns of rows.csv: text, label. See" in sentence
    assert "nope.csv" in fail("data", "check", place / "nope.csv")[1]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("compare", "r-1", "r-2"), "there is no command compare; did you mean runs compare?"),
        (("evalute", "r-1"), "there is no command evalute; did you mean evaluate?"),
        (("stop", "r-1"), "there is no command stop; did you mean runs stop?"),
        (("runs", "shwo", "r-1"), "there is no act shwo; did you mean show?"),
        (("dance",), "there is no command dance. There are: data, finetune, evaluate"),
    ],
)
def test_a_command_that_is_not_there_is_answered_with_what_was_meant(fail: Call, typed: tuple[str, ...], told: str) -> None:
    code, sentence = fail(*typed)
    assert code == 2 and told in sentence


def test_help_says_what_counts_as_a_look_at_the_test_rows(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("finetune", "report", "evaluate"):
        with pytest.raises(SystemExit):
            main([name, "--help"])
        said = " ".join(capsys.readouterr().out.split())
        assert "look at the" in said and "test rows" in said


def test_baselines_say_what_the_run_is_worth(call: Call, fail: Call, done: str) -> None:
    found = call("baselines", done, "--only", "majority", "--only", "tfidf", "--learning-curve", "1")
    rows = {row["kind"]: row for row in found["rows"]}
    assert set(rows) == {"tuned", "majority", "tfidf", "probe", "untuned"}
    assert rows["tfidf"]["tuned_less_this"]["word"] in ("better", "worse", "cannot-tell")
    assert set(rows["tfidf"]["cost"]) == {"training-seconds", "parameters", "ms-per-answer", "megabytes"}
    assert rows["probe"]["score"] is None and rows["probe"]["reason"] == "Not tried yet."
    assert [point["share"] for point in found["learning_curve"]] == [1, 1]
    assert fail("baselines", rows["tfidf"]["run"])[0] == 1
    assert fail("baselines", done, "--only", "magic")[0] == 2


def test_doctor_says_what_works_here(call: Call) -> None:
    found = call("doctor")
    assert found["ok"] is True
    checks = {check["name"]: check for check in found["checks"]}
    assert set(checks) >= {"python", "packages", "device", "precision", "memory", "home", "disk", "store", "sqlite", "hub", "model"}
    assert isinstance(checks["precision"]["bf16_native"], bool)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("runs", "show", "r-nope"), 1),
        (("evaluate", "r-nope"), 1),
        (("finetune", "--data", "nope"), 1),
        (("data", "add", "nope.csv", "--name", "a", "--text", "a", "--label", "b"), 1),
        (("data", "add", "nope.csv", "--name", "a"), 2),
        (("finetune",), 2),
        (("finetune", "--data", "a", "--epochs", "0"), 2),
        (("finetune", "--data", "a", "--epoch", "1"), 2),
        (("finetune", "--data", "a", "--schedule", "zigzag"), 2),
        (("runs", "list", "--sort", "metric:test/accuracy"), 2),
        (("runs", "list", "--limit", "99999999999999999999"), 2),
        (("runs", "compare", "r-one"), 2),
        (("dance",), 2),
        (("dance\x1b[31m",), 2),
        (("runs", "show", "../../r"), 1),
        (("runs", "show", "a\nb\x1b]0;title\x07"), 1),
        (("data", "show", "../x"), 1),
    ],
)
def test_errors_are_one_line_and_tell_scripts_whose_mistake_it_was(fail: Call, arguments: tuple[str, ...], code: int) -> None:
    found, sentence = fail(*arguments)
    assert found == code
    assert sentence.isprintable()  # what a terminal would obey is not passed on


def test_what_was_guessed_about_a_file_is_said_beside_the_answer(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "old.csv").write_bytes((place / "rows.csv").read_bytes().replace(b"room", "café".encode("cp1252")))
    assert main(["data", "check", str(place / "old.csv"), "--text", "text", "--label", "label", "--json"]) == 0
    out, err = capfd.readouterr()
    assert set(json.loads(out)) == {"rows", "dropped", "problems"}
    assert "cp1252" in err


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="a place where nobody may write is known on Linux only")
def test_answers_that_can_not_be_written_are_one_sentence(fail: Call, done: str, place: Path) -> None:
    code, sentence = fail("predict", done, place / "rows.csv", "--text", "text", "-o", "/proc/answers.csv")
    assert (code, sentence) == (1, "/proc/answers.csv can't be written: No such file or directory.")


def test_a_column_that_is_missing_is_told_with_the_file(fail: Call, done: str, place: Path, tmp_path: Path) -> None:
    code, sentence = fail("predict", done, place / "rows.csv", "--text", "nope", "-o", tmp_path / "out.csv")
    assert (code, sentence) == (1, "rows.csv has no column nope. Found: text, label.")
    assert list(tmp_path.iterdir()) == []


def test_predict_does_not_write_over_what_it_reads(fail: Call, done: str, place: Path) -> None:
    before = (place / "rows.csv").read_bytes()
    code, sentence = fail("predict", done, place / "rows.csv", "--text", "text", "-o", place / "rows.csv")
    assert code == 1 and "is the file that is read" in sentence
    assert (place / "rows.csv").read_bytes() == before


def test_predict_does_not_write_over_a_folder(fail: Call, done: str, place: Path, tmp_path: Path) -> None:
    code, sentence = fail("predict", done, place / "rows.csv", "--text", "text", "-o", tmp_path)
    assert (code, sentence) == (1, f"{tmp_path} is a folder. Give the name of a file to write to.")
    assert list(tmp_path.parent.glob(f".{tmp_path.name}*")) == []


@pytest.mark.parametrize(("name", "value"), [("FMCORE_MAX_ROWS", "abc"), ("FMCORE_DEVICE", "mars"), ("FMCORE_MAX_UPLOAD_MB", "0")])
def test_an_environment_that_can_not_be_meant_is_one_sentence(fail: Call, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    code, sentence = fail("data", "list")
    get_settings.cache_clear()
    assert (code, sentence.startswith(f"The environment can't be used: {name} takes ")) == (1, True)


def test_a_run_keeps_a_name_that_can_be_shown(fail: Call, done: str) -> None:
    sentence = "Give the run a name of at most 200 printable characters."
    assert fail("runs", "edit", done, "--name", "x" * 201) == (1, sentence)
    assert fail("runs", "clone", done, "--name", "a\x1b[31m") == (1, sentence)
    assert fail("runs", "edit", done, "--name", " ")[0] == 2


def test_an_argument_that_is_no_text_is_one_sentence(fail: Call) -> None:
    code, sentence = fail("runs", "show", "r-\udcff")
    assert (code, sentence.startswith("A text holds a zero byte or half a character")) == (1, True)


def test_json_is_json_in_every_encoding_of_the_terminal(call: Call, data: str, place: Path) -> None:
    shutil.copy(place / "rows.csv", place / "名\udcff.csv")
    added = call("data", "add", place / "名\udcff.csv", "--name", "名", "--text", "text", "--label", "label", "--seed", "3")["dataset"]
    for encoding in ("ascii", "utf-8"):
        done = subprocess.run(
            [sys.executable, "-m", "fmcore", "data", "list", "--json"],
            cwd=ROOT, env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True, check=True,
        )  # fmt: skip
        entry = next(entry for entry in json.loads(done.stdout)["datasets"] if entry["dataset"] == added)
        assert (entry["name"], entry["source"]) == ("名", "名 .csv")


def test_light_commands_load_no_training_library(place: Path) -> None:
    code = "import sys; from fmcore.commands import main; main(['runs', 'list']); "
    code += "print({'torch', 'transformers', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


def test_every_command_explains_itself_with_an_example(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for arguments in (["data", "add"], ["finetune"], ["evaluate"], ["predict"], ["runs", "list"], ["runs", "export"], ["demo"], ["doctor"]):
        with pytest.raises(SystemExit) as left:
            main([*arguments, "--help"])
        assert left.value.code == 0
        assert "Example:\n  python -m fmcore " + " ".join(arguments) in capfd.readouterr().out


def test_a_public_folder_added_twice_is_the_same_set_and_the_second_name_is_told_as_unused(
    call: Call, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "set").mkdir()
    rows = [f"text number {i},{label}\n" for i, label in enumerate(["001", "002", "NA"] * 50)]
    (tmp_path / "set" / "train.csv").write_text("text,label\n" + "".join(rows), "utf-8")
    asked = ("data", "add", "--public", tmp_path / "set", "--text", "text", "--label", "label", "--accept-problems")
    first = call(*asked, "--name", "z1")
    assert (first["name"], sum(first["rows"].values()), first["labels"]) == ("z1", 150, ["001", "002", "NA"])
    assert main([*map(str, asked), "--name", "z2", "--json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out) == first
    assert f"This content is already there as z1 ({first['dataset']}). Nothing was added, and the name z2 was not used." in err
