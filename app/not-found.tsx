import Link from 'next/link'

export default function NotFound() {
  return (
    <div className="py-16 text-center">
      <h1 className="text-xl font-semibold">There is no such page</h1>
      <p className="mt-1 text-ink-2">
        The address may have been shortened on its way. Start from the{' '}
        <Link href="/" className="link">
          overview
        </Link>
        .
      </p>
    </div>
  )
}
