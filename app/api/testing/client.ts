export interface ApiTestResponse {
  status: number
  headers: Headers
  /** untyped, because each test expects another body */
  body: ReturnType<typeof JSON.parse>
}

/** An HTTP client like a browser or program. It keeps cookies and does not follow redirects. */
export class TestHttpClient {
  readonly cookies = new Map<string, string>()
  private readonly origin: string
  private readonly headers: Record<string, string>

  constructor(origin: string, headers: Record<string, string> = {}) {
    this.origin = origin
    this.headers = headers
  }

  async raw(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(`${this.origin}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(cookie && { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        // browsers send this header, programs do not
        ...(method !== 'GET' && !this.headers.authorization && { origin: 'http://127.0.0.1:3000' }),
        ...this.headers,
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return response
  }

  async ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiTestResponse> {
    const response = await this.raw(method, path, body, headers)
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: text !== '' && /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text,
    }
  }
}
