import { expect, test } from '@jest/globals'
import { imageOf, imagePathsOf, toPageImages } from '../../../../app/steps/confluence/page-images.ts'

test('documents show images of the repository, however they are written, each once', () => {
  const documents = [
    {
      file: 'docs/guide/a.md',
      content:
        '![a](a.png)\n\n![b][b]\n\n[b]: ../img/b%20b.JPG "t"\n\n<img src="/logo.svg" alt="x">\n\n![again](./a.png)\n\n`![code](code.png)`\n',
    },
    { file: 'b.md', content: '![up](../outside.png) ![far](https://example.org/x.png) ![no](text.txt) ![q](docs/guide/a.png?raw=true)' },
    { file: 'c.md', content: 'No picture.' },
  ]
  expect(imagePathsOf(documents)).toEqual(['docs/guide/a.png', 'docs/img/b b.JPG', 'logo.svg'])
})

test('on a page an image has a name of its own, its type and its bytes', () => {
  const images = toPageImages([
    { file: 'a/x y.png', content: Buffer.from('one').toString('base64') },
    { file: 'b/x y.png', content: Buffer.from('two').toString('base64') },
    { file: 'b/x.exe', content: '' },
  ])
  const [first, second] = [imageOf(images, 'a/doc.md', 'x%20y.png'), imageOf(images, 'a/doc.md', '../b/x y.png')]
  expect([first, second]).toMatchObject([
    { name: expect.stringMatching(/^x-y-[0-9a-f]{8}\.png$/), mediaType: 'image/png', bytes: Buffer.from('one') },
    { name: expect.stringMatching(/^x-y-[0-9a-f]{8}\.png$/), bytes: Buffer.from('two') },
  ])
  expect(first?.name).not.toBe(second?.name)
  expect(imageOf(images, 'a/doc.md', 'https://example.org/x y.png')).toBeUndefined()
  expect(imageOf(images, undefined, 'a/x y.png')).toBeUndefined()
  expect(images.size).toBe(2)
})
