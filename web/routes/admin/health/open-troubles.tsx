/** Open alerts, before anything else is read. */
import { Alert, Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconBellRinging } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { alertsQuery } from '../admin-queries.ts'
import { useSentence } from '../use-sentence.ts'

export const OpenTroubles = (): ReactElement | null => {
  const { t } = useTranslation()
  const sentence = useSentence()
  const alerts = useQuery(alertsQuery(true))
  const total = alerts.data?.total ?? 0
  if (total === 0) return null
  return (
    <Alert
      color="amber"
      icon={<IconBellRinging size={20} aria-hidden />}
      title={t('admin.health.openAlerts', { count: total })}
    >
      {alerts.data?.items.slice(0, 3).map((alert) => (
        <Text size="sm" key={alert.id}>
          {sentence(alert.statement, alert.message)}
        </Text>
      ))}
      <Button component={Link} to="/admin/alerts" size="xs" variant="default" mt="xs">
        {t('admin.health.toAlerts')}
      </Button>
    </Alert>
  )
}
