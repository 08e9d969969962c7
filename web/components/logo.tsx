import { Group, Text } from '@mantine/core'
import type { ReactElement } from 'react'

/** Sound on the left, lines of text on the right. */
export const Logo = ({ size = 28 }: { size?: number }): ReactElement => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="9" fill="#0f7a66" />
    <path d="M7 13v6M11 9v14M15 12v8" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" />
    <path d="M19.5 11.5H26M19.5 16H25M19.5 20.5h4" stroke="#9fe0cf" strokeWidth="2.4" strokeLinecap="round" />
  </svg>
)

export const LogoWithName = (): ReactElement => (
  <Group gap={10} wrap="nowrap">
    <Logo />
    <Text component="span" fw={650} fz="md" style={{ letterSpacing: '-0.01em' }}>
      mp4totext
    </Text>
  </Group>
)
