import { globSync } from 'node:fs'
import path from 'node:path'
import { Writable } from 'node:stream'
import { createElement, isValidElement, type FunctionComponent, type ReactNode } from 'react'
import { renderToPipeableStream } from 'react-dom/server'
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime.js'
import {
  PathnameContext,
  PathParamsContext,
  SearchParamsContext,
} from 'next/dist/shared/lib/hooks-client-context.shared-runtime.js'
import type { ProductHttpResponse } from './ask.ts'

const APP = path.resolve(import.meta.dirname, '../../../app')

type Parameters = Record<string, string>
interface PageModule {
  default: (place: Place) => ReactNode | Promise<ReactNode>
  generateMetadata?: (place: Place) => Promise<unknown>
  metadata?: unknown
}
interface Place {
  params: Promise<Parameters>
  searchParams: Promise<Parameters>
}

/**
 * Every page file of the product, relative to the folder of the app, except the page of snapshots, which shows copies
 * of other pages.
 */
export const productPageFiles: readonly string[] = globSync('**/page.tsx', {
  cwd: APP,
  exclude: ['snapshot'],
}).toSorted()

/** Returns the address of a page with these path parameters. */
export const buildPageUrlPath = (file: string, place: Parameters): string =>
  `/${path.dirname(file)}`
    .replaceAll(/\/(\([^)]*\)|\.)/g, '')
    .replaceAll(/\[(\w+)\]/g, (_, name: string) => encodeURIComponent(place[name] ?? ''))

/**
 * Returns the first response for a page: title and text, without markup. For a page that redirects, the body is the
 * digest that Next throws, with the target.
 * @param place unencoded values of the parameters in its path
 */
export async function renderPageResponse(file: string, place: Parameters): Promise<ProductHttpResponse> {
  const page = (await import(path.join(APP, file))) as PageModule
  const encoded = Object.fromEntries(Object.entries(place).map(([name, value]) => [name, encodeURIComponent(value)]))
  const given = { params: Promise.resolve(encoded), searchParams: Promise.resolve({}) }
  try {
    const title = JSON.stringify((await page.generateMetadata?.(given)) ?? page.metadata ?? null)
    const content = await page.default(given)
    const framed = file.startsWith('(screens)/') ? await frame(content) : content
    const html = await htmlOf(await withoutServerParts(framed), buildPageUrlPath(file, place) || '/', place)
    return { status: 200, type: 'text/plain', body: `${title}\n${extractPageText(html)}` }
  } catch (error) {
    // Next throws such errors for redirect and notFound
    const { digest } = error as { digest?: string }
    if (!digest?.startsWith('NEXT_')) throw error
    return { status: 0, type: 'text/plain', body: digest }
  }
}

async function frame(children: ReactNode): Promise<ReactNode> {
  const { default: Layout } = await import(path.join(APP, '(screens)/layout.tsx'))
  return Layout({ children })
}

/**
 * Renders asynchronous server components first, because the renderer used here supports only components that browsers
 * also render.
 */
async function withoutServerParts(node: ReactNode): Promise<ReactNode> {
  if (Array.isArray(node)) return Promise.all(node.map((one: ReactNode) => withoutServerParts(one)))
  if (!isValidElement<{ children?: ReactNode }>(node)) return node
  const { type, props, key } = node
  if (typeof type === 'function' && type.constructor.name === 'AsyncFunction')
    return withoutServerParts(await (type as (given: unknown) => Promise<ReactNode>)(props))
  const { children, ...rest } = props
  if (children === undefined) return node
  const drawn = await withoutServerParts(children)
  const more = { ...rest, ...(key !== null && { key }) }
  return Array.isArray(drawn)
    ? createElement(type as FunctionComponent, more, ...drawn)
    : createElement(type as FunctionComponent, more, drawn)
}

const router = {
  back: () => {},
  forward: () => {},
  refresh: () => {},
  push: () => {},
  replace: () => {},
  prefetch: () => {},
}

function htmlOf(content: ReactNode, pathname: string, place: Parameters): Promise<string> {
  const at = createElement(PathnameContext.Provider, { value: pathname }, content)
  const asked = createElement(SearchParamsContext.Provider, { value: new URLSearchParams() }, at)
  const of = createElement(PathParamsContext.Provider, { value: place }, asked)
  const routed = createElement(AppRouterContext.Provider, { value: router as never }, of)
  return new Promise((resolve, reject) => {
    let html = ''
    const sink = new Writable({
      write(chunk, _encoding, done) {
        html += String(chunk)
        done()
      },
    }).on('finish', () => resolve(html))
    const stream = renderToPipeableStream(routed, {
      onAllReady: () => stream.pipe(sink),
      onShellError: reject,
      onError: reject,
    })
  })
}

/** Attributes that users read or follow. */
const READ = 'alt|aria-label|content|datetime|href|placeholder|title|value'
const PART = new RegExp(`<(?:script|style)[^]*?</(?:script|style)>|<!--[^]*?-->|<[^>]*>|[^<]+`, 'g')
const ATTRIBUTE = new RegExp(` (${READ})="([^"]*)"`, 'g')

/** Returns the text of a page, with each part on a separate line. */
export function extractPageText(html: string): string {
  const lines = [...html.matchAll(PART)].flatMap(([part]) => {
    if (!part.startsWith('<')) return [part.trim()]
    if (/^<(script|style|!--)/.test(part)) return []
    return [...part.matchAll(ATTRIBUTE)].map(([, name, value]) => `${name}: ${value}`)
  })
  return lines.filter(Boolean).join('\n')
}
