/** What a model is told beside the transcript, for any kind of text; for previews of templates. */
import type { TextKind } from '../types.ts'
import * as enhance from './enhance.ts'
import * as notes from './lecture-notes.ts'
import * as summarize from './summarize.ts'
import * as translate from './translate.ts'

export const systemPromptOf = (
  kind: Exclude<TextKind, 'raw' | 'cleaned'>,
  {
    language,
    targetLanguage,
    task,
  }: { readonly language: string | null; readonly targetLanguage: string | null; readonly task: string },
): string => {
  const order = { model: '', language, task }
  switch (kind) {
    case 'enhanced':
      return enhance.systemPrompt({ ...order, mode: 'standard' })
    case 'summary':
      return summarize.systemPrompt({ ...order, variant: 'medium' }, 'whole')
    case 'lecture_notes':
      return notes.systemPrompt(order, 'notes')
    case 'translation':
      return translate.systemPrompt({ ...order, targetLanguage: targetLanguage ?? 'en' })
  }
}
