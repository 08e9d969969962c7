import { Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { IconFileUpload } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useStagedFiles } from '../../uploads/staged-files.ts'
import { UploadLimits } from '../upload-limits.tsx'
import classes from './app-layout.module.css'

/** Files may be dropped anywhere, on every page. */
export const DropEverywhere = (): ReactElement => {
  const { t } = useTranslation()
  const { stage } = useStagedFiles()
  return (
    <Dropzone.FullScreen
      onDrop={stage}
      onReject={() => undefined}
      radius="lg"
      multiple
      tabIndex={-1}
      data-drop-everywhere
      activateOnKeyboard={false}
      inputProps={{ 'aria-hidden': true, tabIndex: -1 }}
    >
      {/* Only while something is held over the window: a reader of the page must not meet it otherwise. */}
      <Dropzone.Accept>
        <div className={classes.drop}>
          <IconFileUpload size={56} stroke={1.2} aria-hidden />
          <Text fz={22} fw={640}>
            {t('upload.dropNow')}
          </Text>
          <UploadLimits />
        </div>
      </Dropzone.Accept>
    </Dropzone.FullScreen>
  )
}
