import { notFound } from 'next/navigation'

export const metadata = { title: 'Design' }

/** Every component in every state, while Peerwatch is being made; what is served to people has no such page. */
export default async function Page() {
  // in one expression, so that the build leaves the page's parts out altogether
  const part = process.env.NODE_ENV === 'production' ? null : await import('#components/design/design-page.tsx')
  if (!part) notFound()
  return <part.DesignPage />
}
