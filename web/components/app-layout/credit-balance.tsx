/** What is left, on every page: in the sidebar, and beside the menu on a phone. */
import { useQuery } from '@tanstack/react-query'
import { IconAlertTriangle, IconCoins } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'
import type { CreditBalance as Balance } from '../../../src/http/contract/credits.ts'
import { formatNumber } from '../../format.ts'
import { creditsQuery } from '../../queries.ts'
import classes from './credit-balance.module.css'

/** Work takes credits while pages are open. */
const renewMs = 20_000

/** What is worth a colour: nothing left, or little of credits or budget. */
export const stateOfBalance = ({ state, month }: Balance): 'ok' | 'low' | 'empty' => {
  if (state === 'empty' || month.state === 'reached') return 'empty'
  return state === 'low' || month.state === 'warning' ? 'low' : 'ok'
}

interface CreditBalanceProps {
  onNavigate?: () => void
  compact?: boolean
}

export const CreditBalance = ({ onNavigate, compact = false }: CreditBalanceProps): ReactElement | null => {
  const { t, i18n } = useTranslation()
  const { data } = useQuery({ ...creditsQuery, refetchInterval: renewMs })
  if (data?.enabled !== true) return null
  const state = stateOfBalance(data)
  const credits = formatNumber(data.available, i18n.language, data.available < 100 ? 1 : 0)
  // In full, the words on the link are its name.
  const label = [t('credits.left', { credits }), ...(state === 'ok' ? [] : [t(`credits.stateShort.${state}`)])].join(
    ', ',
  )
  return (
    <NavLink
      to="/credits"
      className={`${classes.balance ?? ''} ${compact ? (classes.compact ?? '') : ''}`}
      data-state={state}
      data-credit-balance
      {...(compact && { 'aria-label': label })}
      {...(onNavigate !== undefined && { onClick: onNavigate })}
    >
      {state === 'ok' ? (
        <IconCoins size={compact ? 16 : 19} stroke={1.6} aria-hidden />
      ) : (
        <IconAlertTriangle size={compact ? 16 : 19} stroke={1.6} aria-hidden />
      )}
      <span className="tabular">{compact ? credits : t('credits.left', { credits })}</span>
      {!compact && state !== 'ok' && <span className={classes.state}>{t(`credits.stateShort.${state}`)}</span>}
    </NavLink>
  )
}
