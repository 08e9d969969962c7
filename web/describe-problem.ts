/** A failure in the page's language: by its code where the locale knows it, otherwise in the server's own words. */
import type { TFunction } from 'i18next'
import { ApiError } from './api.ts'

export interface ProblemText {
  code: string
  title: string
  advice: string
  /** What happened in this one case; may be in English. */
  detail: string
  requestId: string | null
}

export const translateCode = (
  t: TFunction,
  code: string,
  given: { title?: string | undefined; advice?: string | undefined } = {},
): { title: string; advice: string } => ({
  title: t(`errors.${code}.title`, { defaultValue: given.title ?? t('errors.internal.title') }),
  advice: t(`errors.${code}.advice`, { defaultValue: given.advice ?? '' }),
})

export const describeProblem = (t: TFunction, error: unknown): ProblemText => {
  if (error instanceof ApiError) {
    const { problem } = error
    return {
      code: error.code,
      ...translateCode(t, error.code, { title: problem?.title, advice: problem?.advice }),
      detail: error.message,
      requestId: problem?.requestId ?? null,
    }
  }
  const detail = error instanceof Error ? error.message : String(error)
  return { code: 'page-fault', ...translateCode(t, 'page-fault'), detail, requestId: null }
}
