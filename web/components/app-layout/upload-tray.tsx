import { Group, Progress, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { formatPercent } from '../../format.ts'
import { isOpen, totalShare } from '../../uploads/upload.ts'
import { useUploads } from '../../uploads/use-uploads.ts'
import classes from './app-layout.module.css'

/** Uploads go on while other pages are open; this says how far they are. */
export const UploadTray = (): ReactElement | null => {
  const { t, i18n } = useTranslation()
  const uploads = useUploads()
  const { pathname } = useLocation()
  const open = uploads.filter(isOpen)
  if (open.length === 0 || pathname === '/upload') return null
  const share = totalShare(uploads)
  return (
    <Link to="/upload" className={`${classes.tray ?? ''} card`}>
      <Group justify="space-between" mb={6} wrap="nowrap">
        <Text size="sm" fw={550} truncate>
          {open.length === 1 ? open[0]?.fileName : t('upload.trayCount', { count: open.length })}
        </Text>
        <Text size="sm" c="dimmed" className="tabular">
          {formatPercent(share, i18n.language)}
        </Text>
      </Group>
      <Progress value={share * 100} size="sm" aria-label={t('upload.progress')} />
    </Link>
  )
}
