import { expect, test } from '@jest/globals'
import { eachDatabase } from './databases.ts'

eachDatabase('a store', (database) => {
  test('that was closed stays closed: what asks later is refused and opens nothing again', async () => {
    const store = await database.open()
    await store.ping()
    await store.close()
    await expect(store.ping()).rejects.toMatchObject({ code: 'not-ready' })
    await expect(store.transaction(async () => 'done')).rejects.toThrow()
  })
})
