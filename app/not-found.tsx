import { PageNotFound } from '#components/shell/page-not-found.tsx'
import { OpenAccess } from '#components/shell/open-access.tsx'
import { settings } from '#lib/platform/settings.ts'

/**
 * An address that nothing answers. Next.js loads what browsers run of it with every page, the wall's included, so it has no shell (ADR 0041).
 */
export default function NotFound() {
  return (
    <>
      {settings().access === 'open' && <OpenAccess />}
      <main>
        <PageNotFound />
      </main>
    </>
  )
}
