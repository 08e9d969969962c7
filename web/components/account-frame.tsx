import { Box, Group, Paper, SegmentedControl, Stack } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { setLanguage, type Language } from '../i18n.ts'
import { DemoBanner } from './app-layout/demo-banner.tsx'
import { Heading } from './heading.tsx'
import { LogoWithName } from './logo.tsx'
import classes from './account-frame.module.css'

interface AccountFrameProps {
  title: string
  description?: string
  children: ReactNode
}

/** The frame of the pages before sign-in. */
export const AccountFrame = ({ title, description, children }: AccountFrameProps): ReactElement => {
  const { t, i18n } = useTranslation()
  useDocumentTitle(`${title} · mp4totext`)
  return (
    <div className={classes.root}>
      <Stack component="header" gap="md">
        <LogoWithName />
        <DemoBanner />
      </Stack>
      <main className={classes.main}>
        <Paper className={`${classes.card ?? ''} card`} p={{ base: 'lg', sm: 32 }}>
          <Box mb="lg">
            <Heading order={1} title={title} description={description} />
          </Box>
          {children}
        </Paper>
      </main>
      <footer>
        <Group justify="center">
          <SegmentedControl
            size="xs"
            aria-label={t('settings.language')}
            value={i18n.language}
            onChange={(value) => void setLanguage(value as Language)}
            data={[
              { value: 'en', label: 'English' },
              { value: 'tr', label: 'Türkçe' },
            ]}
          />
        </Group>
      </footer>
    </div>
  )
}
