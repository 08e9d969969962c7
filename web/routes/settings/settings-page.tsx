/** Settings in sections; those of administrators show for them only. */
import { Tabs } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import {
  IconAdjustments,
  IconMail,
  IconPlugConnected,
  IconRoute,
  IconTemplate,
  IconUser,
  IconVolume,
} from '@tabler/icons-react'
import { useEffect, useRef, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { Page } from '../../components/page.tsx'
import { useMe } from '../../session/me.ts'
import { AccountSection } from './account-section.tsx'
import { AiModelsSection } from './chains/ai-models-section.tsx'
import { AppearanceSection } from './appearance-section.tsx'
import { InvitationsSection } from './invitations-section.tsx'
import { ProvidersSection } from './providers-section.tsx'
import { SpeechModelsSection } from './speech-models-section.tsx'
import { TemplatesSection } from './templates/templates-section.tsx'

const sections = [
  { id: 'account', icon: IconUser, Content: AccountSection, adminOnly: false },
  { id: 'appearance', icon: IconAdjustments, Content: AppearanceSection, adminOnly: false },
  { id: 'templates', icon: IconTemplate, Content: TemplatesSection, adminOnly: false },
  { id: 'ai-models', icon: IconRoute, Content: AiModelsSection, adminOnly: false },
  { id: 'speech', icon: IconVolume, Content: SpeechModelsSection, adminOnly: false },
  { id: 'providers', icon: IconPlugConnected, Content: ProvidersSection, adminOnly: true },
  { id: 'invitations', icon: IconMail, Content: InvitationsSection, adminOnly: true },
] as const

export const SettingsPage = (): ReactElement => {
  const { t } = useTranslation()
  const me = useMe()
  const navigate = useNavigate()
  const narrow = useMediaQuery('(max-width: 48em)')
  const { section } = useParams()
  const allowed = sections.filter((candidate) => !candidate.adminOnly || me.role === 'admin')
  const open = allowed.find((candidate) => candidate.id === section)?.id ?? 'account'
  const tabs = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // On a phone the tabs are scrolled, and a link may lead to one that lies outside.
    tabs.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [open, narrow])
  return (
    <Page title={t('settings.title')} width={940}>
      <Tabs
        value={open}
        onChange={(value) => void navigate(`/settings/${value ?? ''}`, { replace: true })}
        orientation={narrow ? 'horizontal' : 'vertical'}
        keepMounted={false}
        variant={narrow ? 'default' : 'pills'}
        color="pine"
        styles={{ tabLabel: { textAlign: 'start' } }}
      >
        <Tabs.List
          ref={tabs}
          aria-label={t('settings.title')}
          miw={narrow ? undefined : 190}
          mr={narrow ? 0 : 'xl'}
          mb={narrow ? 'md' : 0}
        >
          {allowed.map(({ id, icon: Icon }) => (
            <Tabs.Tab key={id} value={id} leftSection={<Icon size={17} stroke={1.6} aria-hidden />}>
              {t(`settings.sections.${id}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {allowed.map(({ id, Content }) => (
          <Tabs.Panel key={id} value={id} miw={0}>
            <Content />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  )
}
