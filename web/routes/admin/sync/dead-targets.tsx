import { Alert, List, Text } from '@mantine/core'
import { IconLinkOff } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { SyncRunView } from './provider-results.tsx'

/** Fallback targets that cannot answer, with live ones to name instead. */
export const DeadTargets = ({ targets }: { targets: SyncRunView['deadTargets'] }): ReactElement | null => {
  const { t } = useTranslation()
  if (targets.length === 0) return null
  return (
    <Alert
      color="amber"
      mb="sm"
      icon={<IconLinkOff size={19} aria-hidden />}
      title={t('admin.sync.deadTargets', { count: targets.length })}
    >
      <List size="sm">
        {targets.map((target) => (
          <List.Item key={`${target.chain} ${target.model}`}>
            {target.chain}: <code>{target.model}</code> – {target.reason}
            {target.suggestions.length > 0 && ` ${t('admin.sync.instead', { list: target.suggestions.join(', ') })}`}
          </List.Item>
        ))}
      </List>
      <Text size="sm" mt={4}>
        <Link to="/admin/chains">{t('admin.sync.toChains')}</Link>
      </Text>
    </Alert>
  )
}
