import { Select, type SelectProps } from '@mantine/core'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { formatLanguage } from '../format.ts'
import { spokenLanguages } from '../../src/http/contract/languages.ts'

type LanguagePickerProps = Omit<SelectProps, 'data' | 'value' | 'onChange'> & {
  value: string | null
  onChange: (value: string | null) => void
  /** What stands first: finding the language out, or any language. */
  first?: { value: string; label: string }
}

/** Every language that can be heard, by its name in the page's language; the page's languages come first. */
export const LanguagePicker = ({ first, ...props }: LanguagePickerProps): ReactElement => {
  const { i18n } = useTranslation()
  const data = useMemo(() => {
    const near = ['en', 'tr']
    const named = spokenLanguages
      .filter((code) => !near.includes(code))
      .map((code) => ({ value: code, label: formatLanguage(code, i18n.language) }))
      .toSorted((left, right) => left.label.localeCompare(right.label, i18n.language))
    const nearNamed = near.map((code) => ({ value: code, label: formatLanguage(code, i18n.language) }))
    return [...(first === undefined ? [] : [first]), ...nearNamed, ...named]
  }, [first, i18n.language])
  return <Select searchable checkIconPosition="right" maxDropdownHeight={280} {...props} data={data} />
}
