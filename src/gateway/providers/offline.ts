/** Basic, no AI: enhances and summarizes by rules, inside this process, without key, network or cost. */
import { AppError } from '../../errors.ts'
import { NO_USAGE } from '../dialects/usage.ts'
import { enhanceText } from '../offline/enhance.ts'
import { summarizeText } from '../offline/summarize.ts'
import { readOfflineTask } from '../offline/task.ts'
import { defineProvider } from '../provider.ts'
import { toAbortError } from '../wire/transport.ts'

export const offline = defineProvider({
  id: 'offline',
  displayName: 'Basic (no AI)',
  baseUrl: '',
  needsKey: false,
  auth: () => ({}),
  builtIn: {
    models: [
      {
        key: 'basic',
        displayName: 'Basic (no AI)',
        operations: ['chat'],
        inputModalities: ['text'],
        outputModalities: ['text'],
      },
    ],
    chat: async (request, { model, signal }) => {
      if (signal.aborted) throw toAbortError(signal)
      const task = readOfflineTask(request, model)
      const text = task.task === 'enhance' ? enhanceText(task.text, task.language) : summarizeText(task.text, task)
      if (text === '')
        throw new AppError('output-empty', 'offline: there is no text to work on', {
          details: { provider: 'offline', model },
        })
      return {
        text,
        reasoning: '',
        toolCalls: [],
        opaque: null,
        finishReason: 'stop',
        usage: { ...NO_USAGE, reported: true },
        servedModel: model,
        notes: [],
      }
    },
  },
})
