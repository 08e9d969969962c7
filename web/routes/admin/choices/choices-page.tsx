/** Why a model was asked: request by request, and whom the automatic choices would ask now. */
import { Tabs } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { Page } from '../../../components/page.tsx'
import { DecisionList } from './decision-list.tsx'
import { SelectionTable } from './selection-table.tsx'

export const ChoicesPage = (): ReactElement => {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const view = params.get('view') === 'automatic' ? 'automatic' : 'requests'
  return (
    <Page title={t('admin.nav.choices')} description={t('admin.choices.description')} width={1180}>
      <Tabs
        value={view}
        onChange={(next) => setParams(next === 'automatic' ? { view: next } : {}, { replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md" aria-label={t('admin.nav.choices')}>
          <Tabs.Tab value="requests">{t('admin.choices.requests')}</Tabs.Tab>
          <Tabs.Tab value="automatic">{t('admin.choices.automatic')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="requests">
          <DecisionList />
        </Tabs.Panel>
        <Tabs.Panel value="automatic">
          <SelectionTable />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
