import { describe, expect, test } from '@jest/globals'
import { parseConfig } from '../../../../app/config.ts'
import { webhookPathsOf, webhookUrlOf } from '../../../../app/steps/jira/webhooks.ts'

const configOf = (environment: Record<string, string>) => parseConfig({ NODE_ENV: 'test', ...environment })

describe('the address of the webhook', () => {
  test.each([
    ['https://katalyst.example.com', 'https://katalyst.example.com/webhooks/jira'],
    ['https://example.com/katalyst/', 'https://example.com/katalyst/webhooks/jira'],
    ['http://katalyst.example.com', undefined],
    ['https://10.0.0.1', undefined],
    ['http://127.0.0.1:3000', undefined],
  ])('below %s is %s: Atlassian must reach it', (PUBLIC_URL, expected) => {
    expect(webhookUrlOf(configOf({ PUBLIC_URL }))).toBe(expected)
  })

  test('is one of ours where private hosts are allowed', () => {
    expect(webhookUrlOf(configOf({ PUBLIC_URL: 'http://127.0.0.1:3000', ALLOW_PRIVATE_HOSTS: 'true' }))).toBe(
      'http://127.0.0.1:3000/webhooks/jira',
    )
  })

  test('has the path that Atlassian sees, and the one below what a proxy adds', () => {
    expect(webhookPathsOf(configOf({ PUBLIC_URL: 'https://example.com/katalyst' }))).toEqual(['/webhooks/jira', '/katalyst/webhooks/jira'])
  })
})
