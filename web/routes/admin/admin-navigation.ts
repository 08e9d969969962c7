/** The pages of the administration, in the order of the navigation. */
import {
  IconActivityHeartbeat,
  IconAlertTriangle,
  IconArrowsShuffle,
  IconBell,
  IconCalendarTime,
  IconCoins,
  IconHistory,
  IconListDetails,
  IconRefresh,
  IconReportAnalytics,
  IconRoute,
  IconTrendingUp,
} from '@tabler/icons-react'

export const adminGroups = [
  {
    id: 'watch',
    pages: [
      { id: 'health', path: '/admin', icon: IconActivityHeartbeat },
      { id: 'errors', path: '/admin/errors', icon: IconAlertTriangle },
      { id: 'alerts', path: '/admin/alerts', icon: IconBell },
      { id: 'reports', path: '/admin/reports', icon: IconReportAnalytics },
    ],
  },
  {
    id: 'models',
    pages: [
      { id: 'models', path: '/admin/ai-models', icon: IconListDetails },
      { id: 'sync', path: '/admin/sync', icon: IconRefresh },
      { id: 'rollouts', path: '/admin/rollouts', icon: IconTrendingUp },
      { id: 'chains', path: '/admin/chains', icon: IconArrowsShuffle },
      { id: 'choices', path: '/admin/choices', icon: IconRoute },
    ],
  },
  {
    id: 'house',
    pages: [
      { id: 'credits', path: '/admin/credits', icon: IconCoins },
      { id: 'schedules', path: '/admin/schedules', icon: IconCalendarTime },
      { id: 'audit', path: '/admin/audit', icon: IconHistory },
    ],
  },
] as const
