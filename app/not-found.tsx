import { OpenAccess } from '#components/shell/open-access.tsx'
import { places, placesNear, wallPlace } from '#components/shell/places.ts'
import { settings } from '#lib/platform/settings.ts'
import { pathAsked } from './_shared/page-address.ts'

/**
 * An address that nothing answers: what may have been meant, and every page. Next.js loads what browsers run of it with every page, the wall's
 * included, so it runs nothing there (ADR 0041).
 */
export default async function NotFound() {
  const asked = await pathAsked()
  return (
    <>
      {settings().access === 'open' && <OpenAccess />}
      <main className="mx-auto max-w-3xl px-6 py-[10vh]">
        <h1 className="text-2xl font-semibold tracking-tight">Page not found</h1>
        <p className="mt-1 text-ink-2">
          Nothing is at <span className="font-mono break-all text-ink">{asked}</span>.
        </p>
        <Pages name="Did you mean" pages={placesNear(asked).map(({ place }) => place)} />
        <Pages name="All pages" pages={[...places.map(({ place }) => place), wallPlace]} />
      </main>
    </>
  )
}

function Pages({ name, pages }: { name: string; pages: readonly { href: string; name: string }[] }) {
  if (pages.length === 0) return null
  return (
    <nav aria-label={name} className="mt-6">
      <h2 className="mb-1 text-sm font-semibold">{name}</h2>
      <ul className="grid grid-cols-2 gap-x-6 sm:grid-cols-3">
        {pages.map(({ href, name: page }) => (
          <li key={href}>
            <a href={href} className="link inline-flex min-h-8 items-center">
              {page}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
