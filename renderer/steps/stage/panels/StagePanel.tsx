import type { StageView } from '../../../../electron/contract/views.ts';
import { useFindings } from '../useStage.ts';
import { AddressPlan } from './AddressPlan.tsx';
import { CapacityPanel } from './CapacityPanel.tsx';
import { CertificateTree } from './CertificateTree.tsx';
import { DataPanel } from './DataPanel.tsx';
import { EndpointCards } from './EndpointCards.tsx';
import { HostMatrix } from './HostMatrix.tsx';
import { ImagePanel } from './ImagePanel.tsx';
import { LoadPanel } from './LoadPanel.tsx';
import { ObjectPanel } from './ObjectPanel.tsx';
import { SuiteCards } from './SuiteCards.tsx';

/** The picture that belongs to a stage. */
export function StagePanel({ stage }: { stage: StageView }) {
  const findings = useFindings(stage.id);
  switch (stage.id) {
    case 'environment':
      return (
        <>
          <HostMatrix findings={findings} />
          <CapacityPanel findings={findings} />
        </>
      );
    case 'dependencies':
      return <EndpointCards findings={findings} />;
    case 'certificates':
      return <CertificateTree findings={findings} />;
    case 'images':
      return <ImagePanel stage={stage} findings={findings} />;
    case 'infrastructure':
      return (
        <>
          <ObjectPanel stage={stage} />
          <AddressPlan findings={findings} />
        </>
      );
    case 'services':
      return <ObjectPanel stage={stage} />;
    case 'data':
      return <DataPanel stage={stage} findings={findings} />;
    case 'verification':
      return (
        <>
          <SuiteCards stage={stage} findings={findings} />
          <LoadPanel findings={findings} />
        </>
      );
    default:
      return null;
  }
}
