/** The last hour at a glance; the numbers stand beside it in words. */
import type { ReactElement } from 'react'

interface SparkBarsProps {
  label: string
  values: readonly { total: number; failed: number }[]
  height?: number
}

export const SparkBars = ({ label, values, height = 56 }: SparkBarsProps): ReactElement => {
  const largest = Math.max(1, ...values.map(({ total }) => total))
  const width = 100 / Math.max(1, values.length)
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 100 ${height}`}
      preserveAspectRatio="none"
      style={{ width: '100%', height, display: 'block' }}
    >
      {values.map(({ total, failed }, index) => {
        const tall = (total / largest) * (height - 2)
        const low = (failed / largest) * (height - 2)
        return (
          <g key={index}>
            <rect
              x={index * width + 0.15}
              y={height - tall}
              width={Math.max(0.1, width - 0.3)}
              height={tall}
              fill="var(--mantine-color-pine-5)"
            />
            <rect
              x={index * width + 0.15}
              y={height - low}
              width={Math.max(0.1, width - 0.3)}
              height={low}
              fill="var(--mantine-color-rose-6)"
            />
          </g>
        )
      })}
    </svg>
  )
}
