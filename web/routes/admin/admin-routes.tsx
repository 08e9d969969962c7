/** The addresses of the administration; each page is loaded when it is opened. */
import type { RouteObject } from 'react-router'

export const adminRoutes: RouteObject = {
  path: '/admin',
  lazy: async () => ({ Component: (await import('./admin-layout.tsx')).AdminLayout }),
  children: [
    { index: true, lazy: async () => ({ Component: (await import('./health/health-page.tsx')).HealthPage }) },
    { path: 'ai-models', lazy: async () => ({ Component: (await import('./models/models-page.tsx')).ModelsPage }) },
    { path: 'sync', lazy: async () => ({ Component: (await import('./sync/sync-page.tsx')).SyncPage }) },
    { path: 'errors', lazy: async () => ({ Component: (await import('./errors/errors-page.tsx')).ErrorsPage }) },
    { path: 'alerts/:tab?', lazy: async () => ({ Component: (await import('./alerts/alerts-page.tsx')).AlertsPage }) },
    { path: 'reports', lazy: async () => ({ Component: (await import('./reports/reports-page.tsx')).ReportsPage }) },
    { path: 'reports/:id', lazy: async () => ({ Component: (await import('./reports/report-page.tsx')).ReportPage }) },
    {
      path: 'rollouts',
      lazy: async () => ({ Component: (await import('./rollouts/rollouts-page.tsx')).RolloutsPage }),
    },
    {
      path: 'rollouts/:id',
      lazy: async () => ({ Component: (await import('./rollouts/rollout-page.tsx')).RolloutPage }),
    },
    {
      path: 'credits',
      lazy: async () => ({
        Component: (await import('../credits/admin/credits-admin-page.tsx')).CreditsAdminPage,
      }),
    },
    { path: 'chains', lazy: async () => ({ Component: (await import('./chains/chains-page.tsx')).ChainsPage }) },
    { path: 'choices', lazy: async () => ({ Component: (await import('./choices/choices-page.tsx')).ChoicesPage }) },
    {
      path: 'schedules',
      lazy: async () => ({ Component: (await import('./schedules/schedules-page.tsx')).SchedulesPage }),
    },
    { path: 'audit', lazy: async () => ({ Component: (await import('./audit/audit-page.tsx')).AuditPage }) },
  ],
}
