/** Troubles that were found: the open ones, what is watched, and who is told. */
import { Tabs } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { Page } from '../../../components/page.tsx'
import { AlertList } from './alert-list.tsx'
import { ChannelsSection } from './channels-section.tsx'
import { DisabledEvidence } from './disabled-evidence.tsx'
import { RulesSection } from './rules-section.tsx'

const tabs = ['open', 'past', 'rules', 'channels'] as const

export const AlertsPage = (): ReactElement => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { tab } = useParams()
  const open = tabs.find((one) => one === tab) ?? 'open'
  return (
    <Page title={t('admin.nav.alerts')} description={t('admin.alerts.description')} width={1080}>
      <Tabs
        value={open}
        onChange={(value) => void navigate(`/admin/alerts/${value ?? ''}`, { replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md" aria-label={t('admin.nav.alerts')}>
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`admin.alerts.tab.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="open">
          <DisabledEvidence query={{ open: 'true' }} />
          <AlertList open />
        </Tabs.Panel>
        <Tabs.Panel value="past">
          <AlertList open={false} />
        </Tabs.Panel>
        <Tabs.Panel value="rules">
          <RulesSection />
        </Tabs.Panel>
        <Tabs.Panel value="channels">
          <ChannelsSection />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
