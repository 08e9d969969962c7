"""faster-whisper in batched mode (int8, batch 8): one JSON line in per file name, one out with text and seconds.

usage: faster-whisper.py MODEL_FOLDER THREADS     then a path of a 16 kHz mono wav per line on standard input
"""
import json
import resource
import sys
import time

from faster_whisper import BatchedInferencePipeline, WhisperModel

model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=int(sys.argv[2]))
pipeline = BatchedInferencePipeline(model)
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    start = time.perf_counter()
    segments, info = pipeline.transcribe(request["path"], language=request.get("language"), batch_size=8, beam_size=request.get("beam", 1),
                                         word_timestamps=request.get("words", False))
    text = " ".join(segment.text.strip() for segment in segments)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"text": text, "seconds": seconds, "peakMegabytes": peak}), flush=True)
