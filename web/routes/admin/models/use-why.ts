import { useTranslation } from 'react-i18next'
import type { Because } from '../../../../src/http/contract/reason.ts'
import type { UnreadList } from '../../../../src/http/contract/unread-list.ts'
import { translateCode } from '../../../describe-problem.ts'
import { asSentence, sayReason } from '../../../say-because.ts'

/** Why a model is as it is, as sentences in the page's language; a provider's words as a quotation. */
export const useWhy = () => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const why = (words: string, because: Because): string =>
    asSentence(sayReason(t, locale, words, because), locale, because)
  return {
    why,
    /** Why the provider's list told nothing when it was last asked for. */
    whyUnread: ({ errorCode, message, because }: UnreadList): string =>
      errorCode === null
        ? t('admin.models.unread.held')
        : `${translateCode(t, errorCode, { title: errorCode }).title}. ${why(message, because)}`,
  }
}
