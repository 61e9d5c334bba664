import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { fontsLoaded } from './app/fonts.ts';
import { connect } from './state/connection.ts';
import './app/base.css';

connect();
const root = createRoot(document.getElementById('root')!);
void fontsLoaded().then(() => root.render(<App />));
