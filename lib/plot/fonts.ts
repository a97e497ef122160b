import { resolvePackageFile } from "../platform/packages";

/**
 * Arimo has the metrics of Arial and Helvetica: a layout measured with it here fits when a browser
 * draws the same figure with whichever of them it has.
 */
export const FONT_FAMILY = "Arimo, Arial, Helvetica, sans-serif";

/** The first name of FONT_FAMILY, as the files below call themselves. */
export const FONT_NAME = "Arimo";

/** Paths of the shipped font files: regular, bold. */
export function fontFiles(): string[] {
  return ["400Regular/Arimo_400Regular.ttf", "700Bold/Arimo_700Bold.ttf"].map((file) =>
    resolvePackageFile(`@expo-google-fonts/arimo/${file}`),
  );
}
