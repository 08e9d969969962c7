/** What is left, what is reserved, and how far the month's budget is used. */
import { Alert, Progress, Stack } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { CreditBalance } from '../../../src/http/contract/credits.ts'
import { formatDate, formatNumber } from '../../format.ts'
import classes from './credits.module.css'

const Warnings = ({ credits }: { credits: CreditBalance }): ReactElement | null => {
  const { t, i18n } = useTranslation()
  const { state, month } = credits
  const said: { key: string; color: string; text: string }[] = []
  if (state !== 'ok')
    said.push({ key: state, color: state === 'empty' ? 'rose' : 'amber', text: t(`credits.state.${state}`) })
  if (month.state === 'warning' || month.state === 'reached') {
    const resets = formatDate(month.resetsAt, i18n.language)
    const color = month.state === 'reached' ? 'rose' : 'amber'
    said.push({ key: `budget-${month.state}`, color, text: t(`credits.budgetState.${month.state}`, { resets }) })
  }
  if (said.length === 0) return null
  return (
    <Stack gap="xs" role="status">
      {said.map(({ key, color, text }) => (
        <Alert
          key={key}
          color={color}
          p="sm"
          icon={<IconAlertTriangle size={18} aria-hidden />}
          data-credit-warning={key}
        >
          {text}
        </Alert>
      ))}
    </Stack>
  )
}

export const BalanceTiles = ({ credits }: { credits: CreditBalance }): ReactElement => {
  const { t, i18n } = useTranslation()
  const show = (value: number): string => formatNumber(value, i18n.language, 2)
  const { month } = credits
  const share = month.limit === null ? null : Math.min(100, (month.spent / Math.max(month.limit, 0.000_001)) * 100)
  const color = month.state === 'reached' ? 'rose' : month.state === 'warning' ? 'amber' : 'pine'
  return (
    <Stack gap="md">
      <Warnings credits={credits} />
      <div className={classes.tiles}>
        <dl className={`card ${classes.tile ?? ''}`}>
          <dt>{t('credits.available')}</dt>
          <dd className="tabular" data-available={credits.available}>
            {show(credits.available)}
          </dd>
          {credits.held > 0 && <dd className={classes.note}>{t('credits.reserved', { held: show(credits.held) })}</dd>}
        </dl>
        <dl className={`card ${classes.tile ?? ''}`}>
          <dt>{t('credits.thisMonth')}</dt>
          <dd className="tabular">{show(month.spent)}</dd>
          <dd className={classes.note}>
            {month.limit === null ? (
              t('credits.noLimit')
            ) : (
              <>
                {t('credits.ofLimit', { limit: show(month.limit), resets: formatDate(month.resetsAt, i18n.language) })}
                <Progress value={share ?? 0} color={color} size="sm" mt={6} aria-label={t('credits.budget')} />
              </>
            )}
          </dd>
        </dl>
      </div>
    </Stack>
  )
}
