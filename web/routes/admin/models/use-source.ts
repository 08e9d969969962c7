/** Where a value of the catalog is from, in the page's language; a person's name and the name of a list stay as they are. */
import { useTranslation } from 'react-i18next'
import type { Because } from '../../../../src/http/contract/reason.ts'
import { useProviderNames } from '../../../provider-names.ts'
import { sayBecause } from '../../../say-because.ts'

export const useSource = (): ((words: string, because: Because) => string) => {
  const { t, i18n } = useTranslation()
  const providers = useProviderNames()
  return (words, because) => sayBecause(t, i18n.language, providers.inBecause(because)) ?? words
}
