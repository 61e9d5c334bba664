import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { connect } from './state/connection.ts';
import './app/base.css';
import './app/fonts.css';

connect();
createRoot(document.getElementById('root')!).render(<App />);
