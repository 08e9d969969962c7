import { Radio, Stack, Switch } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { allowSingleKeys, singleKeysAllowed } from '../../commands/single-keys.ts'
import type { Language } from '../../i18n.ts'
import { useMe } from '../../session/me.ts'
import { useChangePreferences } from '../../session/use-preferences.ts'
import { Section } from '../../components/section.tsx'

export const AppearanceSection = (): ReactElement => {
  const { t, i18n } = useTranslation()
  const me = useMe()
  const change = useChangePreferences()
  const [singleKeys, setSingleKeys] = useState(singleKeysAllowed)
  return (
    <>
      <Section title={t('settings.theme')}>
        <Radio.Group
          aria-label={t('settings.theme')}
          value={me.preferences.theme}
          onChange={(theme) => change({ theme: theme })}
        >
          <Stack gap="xs">
            <Radio value="light" label={t('theme.light')} />
            <Radio value="dark" label={t('theme.dark')} />
            <Radio value="auto" label={t('theme.auto')} />
          </Stack>
        </Radio.Group>
      </Section>
      <Section title={t('settings.language')} description={t('settings.languageHint')}>
        <Radio.Group
          aria-label={t('settings.language')}
          value={i18n.language}
          onChange={(locale) => change({ locale: locale as Language })}
        >
          <Stack gap="xs">
            <Radio value="en" label="English" lang="en" />
            <Radio value="tr" label="Türkçe" lang="tr" />
          </Stack>
        </Radio.Group>
      </Section>
      <Section title={t('settings.keyboard')}>
        <Switch
          label={t('settings.singleKeys')}
          description={t('settings.singleKeysHint')}
          checked={singleKeys}
          onChange={(event) => {
            allowSingleKeys(event.currentTarget.checked)
            setSingleKeys(event.currentTarget.checked)
          }}
        />
      </Section>
    </>
  )
}
