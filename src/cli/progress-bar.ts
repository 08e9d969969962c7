/** Progress on a terminal; nothing at all where nobody watches. */
import cliProgress from 'cli-progress'
import type { Progress } from '../http/contract/transcriptions.ts'
import type { Terminal } from './terminal.ts'

export interface ProgressBar {
  show(progress: Progress): void
  /** Clears the line. */
  stop(): void
}

const COMMON = {
  barsize: 30,
  hideCursor: true,
  clearOnComplete: true,
  linewrap: false,
  // The default would take Ctrl-C for itself.
  gracefulExit: false,
} as const

const TITLES: Readonly<Record<string, string>> = {
  probe: 'Looking',
  audio: 'Decoding',
  segments: 'Finding speech',
  recognize: 'Listening',
  clean: 'Cleaning',
  enhance: 'Enhancing',
  summarize: 'Summarizing',
}

/** `1:02:03`, or `2:03` below an hour. */
export const toClockTime = (second: number): string => {
  const whole = Math.max(0, Math.floor(second))
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const tail = `${hours > 0 ? String(minutes).padStart(2, '0') : minutes}:${String(seconds).padStart(2, '0')}`
  return hours > 0 ? `${hours}:${tail}` : tail
}

export const createProgressBar = ({ err }: Terminal): ProgressBar => {
  if (err.isTTY !== true) return { show: () => {}, stop: () => {} }
  const bar = new cliProgress.SingleBar({
    ...COMMON,
    stream: err,
    format: '{title} [{bar}] {done} of {all}{speed}',
  })
  let started = false
  return {
    show({ step, doneSecond, totalSecond, speed }) {
      if (step === null || totalSecond === null || totalSecond <= 0) return
      const payload = {
        title: (TITLES[step] ?? step).padEnd(14),
        done: toClockTime(doneSecond),
        all: toClockTime(totalSecond),
        speed: speed === null ? '' : `, ${speed.toFixed(1)} × real time`,
      }
      const value = Math.min(doneSecond, totalSecond)
      if (!started) bar.start(totalSecond, value, payload)
      else {
        bar.setTotal(totalSecond)
        bar.update(value, payload)
      }
      started = true
    },
    stop: () => {
      if (started) bar.stop()
      started = false
    },
  }
}

/** Progress of a download in megabytes. */
export const createDownloadBar = ({ err }: Terminal): { show(done: number, all: number): void; stop(): void } => {
  if (err.isTTY !== true) return { show: () => {}, stop: () => {} }
  const bar = new cliProgress.SingleBar({ ...COMMON, stream: err, format: 'Downloading [{bar}] {value} of {total} MB' })
  let started = false
  const toMegabytes = (bytes: number): number => Math.round(bytes / 1e6)
  return {
    show(done, all) {
      if (!started) bar.start(toMegabytes(all), toMegabytes(done))
      else bar.update(toMegabytes(done))
      started = true
    },
    stop: () => {
      if (started) bar.stop()
      started = false
    },
  }
}
