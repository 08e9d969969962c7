import { useQuery } from '@tanstack/react-query'
import { IconFlask } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { serverQuery } from '../../queries.ts'
import classes from './app-layout.module.css'

/** Simulated answers must never pass for real ones, so every page says it. */
export const DemoBanner = (): ReactElement | null => {
  const { t } = useTranslation()
  const { data } = useQuery(serverQuery)
  if (data?.demo !== true) return null
  return (
    <div className={classes.banner} role="note">
      <IconFlask size={17} aria-hidden />
      {t('state.demo')}
    </div>
  )
}
