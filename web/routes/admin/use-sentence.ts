import { useTranslation } from 'react-i18next'
import { say, type StatementView } from '../../../src/http/contract/statements.ts'

/** Says what the server wrote in the page's language; in English where it has no code, or one of another version. */
export const useSentence = (): ((statement: StatementView, english: string) => string) => {
  const { i18n } = useTranslation()
  return (statement, english) => (statement && say(statement, i18n.language === 'tr' ? 'tr' : 'en')) ?? english
}
