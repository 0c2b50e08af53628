import { PageLink } from '../links/page-link.tsx'
import { ACCESS_RIGHT_DESCRIPTIONS, type AccessRight } from '#lib/contract/index.ts'

/** Content in place of a page that the user lacks the right to see. */
export function MissingRightNotice({ right }: { right: AccessRight }) {
  return (
    <div className="py-16 text-center">
      <h1 className="text-xl font-semibold">Not for your role</h1>
      <p className="mx-auto mt-1 max-w-[60ch] text-balance text-ink-2">
        You need the right “{right}” ({ACCESS_RIGHT_DESCRIPTIONS[right]}). Ask an admin, or go{' '}
        <PageLink href="/" className="link">
          home
        </PageLink>
        .
      </p>
    </div>
  )
}
