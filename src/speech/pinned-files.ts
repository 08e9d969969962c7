/**
 * The files of the speech models, fixed by size and SHA-256. What is downloaded comes from the commit named here and is thrown
 * away unless it equals these sums, so neither the hub, a mirror nor the line can put other weights in their place.
 *
 * Sources, read on 2026-11-22: the hub's pages of these commits and the lists of checksums that other programs publish for them.
 * For tiny, small and medium several lists that know nothing of each other agree; for large-v3-turbo the sums are from one
 * list, and the size of the download from two. The shipped model's sums are those of `weights/`.
 */

export interface PinnedFile {
  /** Within the repository, and within the model's folder. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

export interface HubCommit {
  readonly repository: string
  readonly revision: string
}

export interface PinnedModel {
  /** Undefined for the model that is shipped. */
  readonly source: HubCommit | undefined
  /** All that the engine needs, in the order of the download. */
  readonly files: readonly PinnedFile[]
}

const file = (path: string, bytes: number, sha256: string): PinnedFile => ({ path, bytes, sha256 })

const ENCODER = 'onnx/encoder_model_quantized.onnx'
const DECODER = 'onnx/decoder_model_merged_quantized.onnx'

/** The same in all multilingual models before large-v3. */
const TOKENIZER = file('tokenizer.json', 2480466, '27fc476bfe7f17299480be2273fc0608e4d5a99aba2ab5dec5374b4482d1a566')

export const PINNED_MODELS = {
  tiny: {
    source: {
      repository: 'Xenova/whisper-tiny',
      revision: '5332fcc35e32a33b86612b9a57a89be7906102b1',
    },
    files: [
      file('config.json', 2248, '2b2e4e519084e0ea028b19b153f95202735a971870d6844aa26e559edd292e94'),
      file('generation_config.json', 3716, '68ac791fcb4999461a313472125042934656240ba1cba7d1c2627fcbb19ac24c'),
      TOKENIZER,
      file(ENCODER, 10124910, 'fd9d995b9dcb0520f0dbf6cf68651af639fc385f594d9d876e69ca2802dc438e'),
      file(DECODER, 30727765, '6c0c125986b007d2e3734bec84c18bda0152071b90b87fadac6d7764499927a0'),
    ],
  },
  base: {
    source: undefined,
    files: [
      file('config.json', 1122, '6a8e70be62850125098e9c2ae06b1b29e9f95aa0c2f2d51ed97fc6c2c51d4bb1'),
      file('generation_config.json', 2676, 'b1d11f4939b8651d51d1c6ae831e67eeed9da8262677c343f2f11896e214d223'),
      file('tokenizer.json', 2203239, 'fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab'),
      file('onnx/log_mel.onnx', 711160, '442508e4b9fe0a647ada317eaf976ab3b8eb75674afae0b3bbb1d7c545f44a05'),
      file('onnx/encoder_model.onnx', 26412730, 'be6800eca049bbb3e590ca51ae9bb98a9fcfe3af9372467971c1c562970dc1aa'),
      file(
        'onnx/decoder_model_merged.onnx',
        86326989,
        '707a9740be8ae9bca95091478d175514697422cc5dd95c54f84c23f3e94572cc',
      ),
    ],
  },
  small: {
    source: {
      repository: 'Xenova/whisper-small',
      revision: '2d67713f236afa48a18992566e7647f6ca848e13',
    },
    files: [
      file('config.json', 2232, '5a6429d21d7a3379dd0861b74510f9f7076f32b563bffc9fcb072482d55ab3be'),
      file('generation_config.json', 3837, '0b7407a4e53a677f826e03c75d409e6f830663932bf43dda3b08c5efa2223279'),
      TOKENIZER,
      file(ENCODER, 92324809, '969f5ac12974340386bf7a02ea6626003e5e2dee396ffc6ab0eec282bf55ba06'),
      file(DECODER, 156780950, 'fcfc6100dc7339e7507e10f8b274350be7c4f8d8b575f0293f94cc0e156d6d24'),
    ],
  },
  medium: {
    source: {
      repository: 'Xenova/whisper-medium',
      revision: '8c5b90880ab9f79487ab33613413431bf661d595',
    },
    files: [
      file('config.json', 2256, 'a9c2ef0290a8fa3d203231dd01a074891b7f595d5d305ead2aac8ac5e6e47105'),
      file('generation_config.json', 3694, 'c57f39da43ff86f60451a1c978743ca48fd995ac5d7e3c3534f856d0bed57770'),
      TOKENIZER,
      file(ENCODER, 313468028, '7d6b4a00e441271646327f8a71b6e1bd1a305013cd914b51ddd76919c59ee3af'),
      file(DECODER, 462661606, '2cdd6d06ebdf9d993d21117bfeeb7e9b399521b7766d3df77c54a85d6dcf3c08'),
    ],
  },
  'large-v3-turbo': {
    source: {
      repository: 'onnx-community/whisper-large-v3-turbo_timestamped',
      revision: 'b3f77bf9a8c4d5ea3415827033d1ffea7955fd9a',
    },
    files: [
      file('config.json', 1330, '32c02d1dfb9a93ff236cdcf0f741f8f3a4cedb437c407a361a022451ac009131'),
      file('generation_config.json', 3797, '8568ddf83476167b4607014956b87142763fa6923e71259a606734beb39bdfc8'),
      file('tokenizer.json', 2480645, 'b3c8202bbf06d8ee4232c5984baa563784ac4737e2e7fdc42fa180200d3cfcdb'),
      file(ENCODER, 644883359, 'a5bece0f99f86b5fed85e59b6b23299500639b283a0a6e00098e6583ed1baeb8'),
      file(DECODER, 439997434, 'b4ab1c92a9bcf8c8fdc49deacb57ac51b707d5248bc7868af42371b896c3ae52'),
    ],
  },
} as const satisfies Record<string, PinnedModel>
