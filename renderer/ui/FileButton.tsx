import { Button, type ButtonProps } from 'antd';
import { useRef } from 'react';

export type PickedFile = { readonly name: string; readonly contentBase64: string };

/** A button that lets a person pick one file and reads it. The same file can be picked again after it was mended. */
export function FileButton({
  accept,
  onPick,
  children,
  ...button
}: { accept: string; onPick: (file: PickedFile) => void } & Omit<ButtonProps, 'onClick'>) {
  const input = useRef<HTMLInputElement>(null);
  const pick = async (files: FileList | null) => {
    const file = files?.[0];
    if (file === undefined) return;
    const contentBase64 = await base64Of(file);
    if (input.current !== null) input.current.value = '';
    onPick({ name: file.name, contentBase64 });
  };
  return (
    <>
      <input ref={input} type="file" accept={accept} hidden onChange={(event) => void pick(event.target.files)} />
      <Button {...button} onClick={() => input.current?.click()}>
        {children}
      </Button>
    </>
  );
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result).split(',')[1] ?? ''));
    reader.addEventListener('error', () => reject(reader.error ?? new Error(file.name)));
    reader.readAsDataURL(file);
  });
}

/** A picked file as text. */
export function textOf(file: PickedFile): string {
  return new TextDecoder().decode(Uint8Array.from(atob(file.contentBase64), (one) => one.charCodeAt(0)));
}
