import { findSimilarPages } from '#components/shell/navigation-pages.ts'
import { PageHeader } from '#components/ui/page-head.tsx'
import { SimilarResources } from '#components/ui/unknown-resource.tsx'
import ScreensLayout from './(screens)/layout.tsx'
import { getRequestedPath } from './_shared/page-address.ts'
import RootLayout from './layout.tsx'

export { metadata, viewport } from './layout.tsx'

/**
 * Page for an unknown URL, with the usual frame and links to similar pages. No other page loads its code (ADR 0041).
 */
export default async function NotFoundPage() {
  const asked = await getRequestedPath()
  const near = findSimilarPages(asked).map(({ place }) => place)
  return (
    <RootLayout>
      <ScreensLayout>
        <PageHeader title="Page not found" />
        <p className="text-ink-2">
          Nothing is at <span className="font-mono break-all text-ink">{asked}</span>.
        </p>
        <SimilarResources asked={asked} places={near} />
      </ScreensLayout>
    </RootLayout>
  )
}
