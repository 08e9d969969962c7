/** The work on a recording, in its order. Each step stores its own result and can be run again alone. */
import { audio } from './steps/audio.ts'
import { clean } from './steps/clean.ts'
import { enhance } from './steps/enhance.ts'
import { probe } from './steps/probe.ts'
import { recognize } from './steps/recognize.ts'
import { segments } from './steps/segments.ts'
import { summarize } from './steps/summarize.ts'
import type { PipelineStep } from './work/pipeline-step.ts'

export const pipeline: readonly PipelineStep[] = Object.freeze([
  probe,
  audio,
  segments,
  recognize,
  clean,
  enhance,
  summarize,
])
